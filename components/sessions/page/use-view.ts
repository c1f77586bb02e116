'use client'

import { useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useRef, useState } from 'react'
import { readQuery, writeQuery } from '@/components/providers/address'
import { parseView, type View, withView } from '@/lib/view/view'

const WRITE_AFTER_MS = 200

/**
 * The view, held in React and written to the address a moment later: browsers refuse an address that
 * changes at pointer speed. `queryOf` gives the query of the newest view at once, for links.
 */
export function useView(): { view: View; onView: (patch: Partial<View>) => void; queryOf: () => string } {
  const query = useSearchParams()
  const [view, setView] = useState<View>(() => parseView(new URLSearchParams(query)))
  const newest = useRef(view)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const queryOf = useCallback(() => withView(readQuery(), newest.current), [])

  const onView = useCallback(
    (patch: Partial<View>) => {
      newest.current = { ...newest.current, ...patch }
      setView(newest.current)
      clearTimeout(timer.current)
      timer.current = setTimeout(() => writeQuery(queryOf()), WRITE_AFTER_MS)
    },
    [queryOf],
  )

  useEffect(() => {
    const back = () => {
      clearTimeout(timer.current)
      newest.current = parseView(readQuery())
      setView(newest.current)
    }
    addEventListener('popstate', back)
    return () => {
      removeEventListener('popstate', back)
      clearTimeout(timer.current)
    }
  }, [])

  return { view, onView, queryOf }
}
