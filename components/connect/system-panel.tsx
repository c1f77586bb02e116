'use client'

import Link from 'next/link'
import { Badge } from '@/components/ui/badge'
import { CopyButton } from '@/components/ui/copy-button'
import type { Arrivals } from './arrivals'
import { FirstEvent } from './first-event'
import type { Arrives, Place, Step, System } from './systems/system'

const ARRIVES: Record<Arrives, { says: string; title: string }> = {
  live: { says: 'Live', title: 'It sends while it works: a turn is on the page when it has happened.' },
  follows: { says: 'Live from files', title: 'Files are followed while they grow: a line is on the page within a second.' },
  file: { says: 'From files', title: 'Read when the file is there.' },
}

/** What to paste for one system, and whether something has come. */
export function SystemPanel({ system, place, arrivals }: { system: System; place: Place; arrivals: Arrivals }) {
  const { says, title } = ARRIVES[system.arrives]
  return (
    <section aria-labelledby="connect-system">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <h2 id="connect-system" className="text-lg font-semibold tracking-tight">
          {system.title}
        </h2>
        <Badge tone={system.arrives === 'file' ? 'quiet' : 'accepted'} title={title}>
          {says}
        </Badge>
      </div>
      <p className="mt-1 mb-4 text-sm text-quiet">{system.gives}</p>
      <FirstEvent system={system} arrivals={arrivals} />
      {place.accounts && (
        <p className="mt-4 rounded-md border px-3 py-2 text-sm text-quiet">
          People sign in here, so programs show a key: make one that may write under{' '}
          <Link href="/settings" className="underline underline-offset-2 hover:text-text">
            Settings
          </Link>{' '}
          and put it where the lines say <code className="text-xs">bsk_…</code>
        </p>
      )}
      <ol className="mt-5 space-y-5">
        {system.steps(place).map((step) => (
          <li key={step.title}>
            <h3 className="mb-1.5 text-sm font-medium">{step.title}</h3>
            <Code step={step} />
          </li>
        ))}
      </ol>
      {system.notes && (
        <ul className="mt-5 list-disc space-y-1 pl-4 text-sm text-quiet">
          {system.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <p className="mt-4 text-sm text-quiet">
        More: <code className="text-xs">docs/{system.docs}</code>
      </p>
    </section>
  )
}

function Code({ step: { title, code, language } }: { step: Step }) {
  return (
    <div className="flex items-start rounded-md border bg-surface">
      <pre
        className={`min-w-0 flex-1 p-3 text-xs leading-[1.2rem] ${language === 'prompt' ? 'max-h-[28rem] overflow-y-auto whitespace-pre-wrap' : 'overflow-x-auto'}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
        tabIndex={0}
      >
        {code}
      </pre>
      <CopyButton text={code} label={`Copy: ${title}`} className="m-1.5" />
    </div>
  )
}
