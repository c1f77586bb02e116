'use client'

import { useEffect, useState } from 'react'
import { useMe } from '@/components/people/me'
import { type Place, USUAL_ORIGIN } from './systems/system'

/** This server, as lines to paste name it; the usual address until the browser has said where this page is from. */
export function usePlace(): Place {
  const accounts = useMe()?.accounts ?? false
  const [origin, setOrigin] = useState(USUAL_ORIGIN)
  useEffect(() => setOrigin(location.origin), [])
  return { origin, accounts }
}
