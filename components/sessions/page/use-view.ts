'use client'

import { useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useRef, useState } from 'react'
import { parseView, type View, withView } from '@/lib/view/view'

const WRITE_AFTER_MS = 200

/**
 * The view, held in React and written to the address a moment later: browsers refuse an address that
 * changes at pointer speed. `addressOf` gives the address of the newest view at once, for links.
 */
export function useView(): { view: View; onView: (patch: Partial<View>) => void; addressOf: () => string } {
  const query = useSearchParams()
  const [view, setView] = useState<View>(() => parseView(new URLSearchParams(query)))
  const newest = useRef(view)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const addressOf = useCallback(() => {
    const text = withView(location.search, newest.current)
    return `${location.pathname}${text === '' ? '' : `?${text}`}`
  }, [])

  const onView = useCallback(
    (patch: Partial<View>) => {
      newest.current = { ...newest.current, ...patch }
      setView(newest.current)
      clearTimeout(timer.current)
      timer.current = setTimeout(() => {
        const address = addressOf()
        if (address !== `${location.pathname}${location.search}`) history.replaceState(history.state, '', address)
      }, WRITE_AFTER_MS)
    },
    [addressOf],
  )

  useEffect(() => {
    const back = () => {
      clearTimeout(timer.current)
      newest.current = parseView(location.search)
      setView(newest.current)
    }
    addEventListener('popstate', back)
    return () => {
      removeEventListener('popstate', back)
      clearTimeout(timer.current)
    }
  }, [])

  return { view, onView, addressOf }
}
