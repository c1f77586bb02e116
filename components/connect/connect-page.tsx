'use client'

import { useEffect, useState } from 'react'
import { Header } from '@/components/chrome/header'
import { PlaySample } from '@/components/sessions/play-sample'
import { useArrivals } from './arrivals'
import { usePlace } from './place'
import { SystemMenu } from './system-menu'
import { SystemPanel } from './system-panel'
import { findSystem, SYSTEMS } from './systems'
import type { System } from './systems/system'

export function ConnectPage() {
  const system = useChosen()
  const arrivals = useArrivals()
  const place = usePlace()
  return (
    <div className="flex min-h-dvh flex-col">
      <Header />
      <main className="mx-auto w-full max-w-6xl flex-1 px-4 py-8 sm:px-6">
        <h1 className="text-xl font-semibold tracking-tight">Connect</h1>
        <p className="mt-1 mb-6 text-base text-quiet">Choose what your agents run in, paste the lines, and watch the box turn green.</p>
        <div className="grid gap-x-8 gap-y-5 lg:grid-cols-[13rem_minmax(0,1fr)]">
          <SystemMenu chosen={system} />
          <div className="min-w-0">
            <SystemPanel system={system} place={place} arrivals={arrivals} />
            <section className="mt-8 flex flex-wrap items-center gap-x-4 gap-y-2 text-sm text-quiet">
              <PlaySample />
              <p>Or look at a simulated run first. It goes through the same path as a real one.</p>
            </section>
          </div>
        </div>
      </main>
    </div>
  )
}

/** The system that the address names after `#`, so that it can be linked to and gone back from. */
function useChosen(): System {
  const [key, setKey] = useState('')
  useEffect(() => {
    const read = () => setKey(decodeURIComponent(location.hash.slice(1)))
    read()
    addEventListener('hashchange', read)
    return () => removeEventListener('hashchange', read)
  }, [])
  return findSystem(key) ?? (SYSTEMS[0] as System)
}
