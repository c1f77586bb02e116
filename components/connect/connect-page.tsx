'use client'

import { type ReactNode, useEffect, useState } from 'react'
import { Header } from '@/components/chrome/header'
import { PlaySample } from '@/components/sessions/play-sample'
import { Command } from '@/components/ui/command'
import { CopyButton } from '@/components/ui/copy-button'
import { Tabs } from '@/components/ui/tabs'
import { FirstEvent } from './first-event'
import { SNIPPETS, type Snippet } from './snippets'

type Way = 'claude-code' | Snippet['key']

const WAYS: { key: Way; title: string }[] = [{ key: 'claude-code', title: 'Claude Code' }, ...SNIPPETS.map(({ key, title }) => ({ key, title }))]

export function ConnectPage() {
  const [way, setWay] = useState<Way>('claude-code')
  const [origin, setOrigin] = useState('http://127.0.0.1:4680')
  useEffect(() => setOrigin(location.origin), [])
  const snippet = SNIPPETS.find(({ key }) => key === way)
  return (
    <div className="flex min-h-dvh flex-col">
      <Header />
      <main className="mx-auto w-full max-w-4xl flex-1 px-4 py-8 sm:px-6">
        <h1 className="text-xl font-semibold tracking-tight">Connect</h1>
        <p className="mt-1 mb-6 text-base text-quiet">Choose where your agents run, paste the lines, and watch the box below turn green.</p>
        <FirstEvent />
        <div className="mt-6 overflow-hidden rounded-lg border bg-surface">
          <Tabs label="Where your agents run" panelId="connect-way" tabs={WAYS} current={way} onChange={setWay} />
          <div id="connect-way" role="tabpanel" aria-label={WAYS.find(({ key }) => key === way)?.title} className="p-5">
            {snippet ? <OwnLoop snippet={snippet} origin={origin} /> : <ClaudeCode />}
          </div>
        </div>
        <section className="mt-8 flex flex-wrap items-center gap-4 text-sm text-quiet">
          <PlaySample />
          <p>Or look at a simulated run first. It goes through the same path as a real one.</p>
        </section>
      </main>
    </div>
  )
}

function ClaudeCode() {
  return (
    <>
      <ol className="space-y-5 text-sm">
        <Step title="Show runs while they happen, sub-agents included">
          <Command line="npx backseat watch ~/.claude/projects" />
        </Step>
        <Step title="Read what was recorded before">
          <Command line="npx backseat import ~/.claude/projects" />
        </Step>
        <Step title="Only look, with no server and nothing stored">
          <Command line="npx backseat analyze ~/.claude/projects --json" />
        </Step>
      </ol>
      <p className="mt-5 text-sm text-quiet">
        Run them in this project’s folder, in a terminal of their own. A folder or a single .jsonl file will do as well. Reading the same file twice changes
        nothing.
      </p>
    </>
  )
}

function Step({ title, children }: { title: string; children: ReactNode }) {
  return (
    <li>
      <h2 className="mb-1.5 font-medium">{title}</h2>
      {children}
    </li>
  )
}

function OwnLoop({ snippet, origin }: { snippet: Snippet; origin: string }) {
  const text = snippet.text(origin)
  return (
    <>
      <div className="relative rounded-md border bg-bg">
        <CopyButton text={text} label={`Copy the ${snippet.title} lines`} className="absolute top-1.5 right-1.5 bg-bg" />
        <pre className="overflow-x-auto p-3 pr-10 text-xs leading-[1.2rem]">{text}</pre>
      </div>
      <p className="mt-3 text-sm text-quiet">
        An answer means that the events are stored for good. Sending one again, with the same id, changes nothing, so a retry is always safe. All event types:
        docs/formats.md.
      </p>
    </>
  )
}
