'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { Logo } from '@/components/chrome/logo'
import { usePlace } from '@/components/connect/place'
import { backseat } from '@/components/connect/systems/system'
import { PlaySample } from '@/components/sessions/play-sample'
import { buttonClass } from '@/components/ui/button'
import { Command } from '@/components/ui/command'

/** Nothing recorded yet: three ways to a first session, each under a minute. */
export function FirstVisit() {
  const place = usePlace()
  return (
    <div className="mx-auto w-full max-w-6xl px-4 py-10 sm:px-6 sm:py-16">
      <div className="mb-9 flex items-start gap-4">
        <span className="shrink-0 max-sm:hidden">
          <Logo size={40} />
        </span>
        <div>
          <h1 className="text-2xl font-semibold tracking-tight text-balance">Is your master agent letting its agents work?</h1>
          <p className="mt-1.5 max-w-[38rem] text-base text-quiet">
            Backseat shows, live, what a master does to the work it delegated: what it overwrites, cuts short or takes over. There is no session here yet. Any
            of these gives you one in under a minute.
          </p>
        </div>
      </div>
      <ol className="grid gap-4 lg:grid-cols-[1fr_1.2fr_1fr]">
        <Way title="Try the sample" action={<PlaySample look="strong" />}>
          A master builds a REST API with a schema writer, a route writer and a test writer. It plays live for a few minutes, through the same path as a real
          run, and is labelled simulated.
        </Way>
        <Way
          title="Import a folder"
          action={
            <>
              <Command line={backseat(place, 'import ~/.claude/projects')} />
              <Command line={backseat(place, 'watch ~/.claude/projects')} />
            </>
          }
        >
          <code className="text-text">import</code> reads what was recorded, <code className="text-text">watch</code> keeps reading and shows a run while it
          happens. In a second terminal, in this project’s folder
          {place.accounts && (
            <>
              , with a key that may send events (
              <Link href="/settings" className="underline underline-offset-2">
                Settings, Keys
              </Link>
              )
            </>
          )}
          :
        </Way>
        <Way
          title="Point an exporter"
          action={
            <Link href="/connect" className={buttonClass('plain')}>
              See the exact lines
            </Link>
          }
        >
          Send events from your own agent loop over HTTP: twenty lines of TypeScript or Python, or a single <code className="text-text">curl</code>.
        </Way>
      </ol>
      <p className="mt-7 flex items-center justify-center gap-2.5 text-sm text-quiet">
        <span aria-hidden className="pulse size-1.5 rounded-full bg-accepted" />
        Waiting for the first event. This page turns into the list by itself.
      </p>
    </div>
  )
}

function Way({ title, children, action }: { title: string; children: ReactNode; action: ReactNode }) {
  return (
    <li className="flex min-w-0 flex-col rounded-lg border bg-surface p-5">
      <h2 className="mb-1.5 text-lg font-semibold">{title}</h2>
      <p className="flex-1 text-sm text-quiet">{children}</p>
      <div className="mt-5 flex flex-col items-start gap-2">{action}</div>
    </li>
  )
}
