'use client'

import { useSearchParams } from 'next/navigation'
import { useCallback, useEffect, useRef, useState } from 'react'
import { readQuery, writeQuery } from '@/components/providers/address'
import { type Beside, parseBeside, printBeside } from '@/lib/view/beside'

const WRITE_AFTER_MS = 200

/** What the page shows, held in React and written to the address a moment later, as a session's view is. */
export function useBeside(): [Beside, (change: (before: Beside) => Beside) => void] {
  const query = useSearchParams()
  const [beside, setBeside] = useState(() => parseBeside(new URLSearchParams(query)))
  const newest = useRef(beside)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const change = useCallback((next: (before: Beside) => Beside) => {
    newest.current = next(newest.current)
    setBeside(newest.current)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => writeQuery(printBeside(newest.current)), WRITE_AFTER_MS)
  }, [])
  useEffect(() => {
    const back = () => {
      clearTimeout(timer.current)
      newest.current = parseBeside(readQuery())
      setBeside(newest.current)
    }
    addEventListener('popstate', back)
    return () => {
      removeEventListener('popstate', back)
      clearTimeout(timer.current)
    }
  }, [])
  return [beside, change]
}
