'use client'

import Link from 'next/link'
import { useState } from 'react'
import { isKind, kindNoun } from '@/components/sessions/kinds'
import { formatCount, formatPercent, plural } from '@/components/text/count'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Glyph } from '@/components/ui/glyph'
import type { DetectorParameters } from '@/lib/core/interventions'
import { isEstimate, type Measured } from '@/lib/core/metrics/estimate'
import type { Trial, TrialExample, TrialFigures, TrialSessionSummary } from '@/lib/core/parameter-trial'
import { PARAMETER_MEANINGS, PARAMETER_NAMES } from '@/lib/core/parameters'
import { ReadingBar } from './reading-bar'

interface Props {
  trial: Trial
  active: DetectorParameters
  onKeep: () => void
  onDiscard: () => void
  busy: boolean
}

const SHOWN = 25

/** What the tried parameters would change, while it is found out and until somebody decides. */
export function TrialView({ trial, active, onKeep, onDiscard, busy }: Props) {
  const { outcome, state, progress, parameters } = trial
  const [all, setAll] = useState(false)
  const differing = PARAMETER_NAMES.filter((name) => parameters[name] !== active[name])
  const total = outcome.gained + outcome.lost + outcome.changed
  const sessions = all ? outcome.sessions : outcome.sessions.slice(0, SHOWN)
  return (
    <section aria-label="Trial" className="mb-6 overflow-hidden rounded-md border border-text/40">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3 border-b bg-surface px-4 py-3">
        <div className="min-w-0">
          <h2 className="text-sm font-semibold">{state === 'reading' ? 'Reading the log' : state === 'ready' ? 'What would change' : 'The reading stopped'}</h2>
          <p className="font-mono text-xs text-quiet">
            {differing.length === 0
              ? 'the parameters in force'
              : differing.map((name) => `${PARAMETER_MEANINGS[name].title} ${active[name]} → ${parameters[name]}`).join(' · ')}
          </p>
        </div>
        {state === 'reading' && <ReadingBar title="Reading every session" progress={progress} />}
        <div className="ml-auto flex gap-2">
          {state === 'ready' && (
            <Button look="strong" onClick={onKeep} disabled={busy}>
              Keep
            </Button>
          )}
          <Button onClick={onDiscard} disabled={busy}>
            {state === 'reading' ? 'Stop' : 'Discard'}
          </Button>
        </div>
      </div>
      <div className="px-4 py-3">
        {state === 'failed' && (
          <p role="alert" className="mb-3 text-sm">
            {trial.problem} Nothing was changed.
          </p>
        )}
        {outcome.figures && <Figures before={outcome.figures.before} after={outcome.figures.after} />}
        <p className="mb-2 text-sm" aria-live="polite">
          {total === 0 ? (
            state === 'ready' ? (
              'No finding changes.'
            ) : (
              'No difference so far.'
            )
          ) : (
            <>
              {state === 'reading' && 'So far '}
              <strong className="font-semibold">{plural(outcome.changed, 'finding')}</strong> called something else,{' '}
              <strong className="font-semibold">{formatCount(outcome.gained)}</strong> more,{' '}
              <strong className="font-semibold">{formatCount(outcome.lost)}</strong> fewer, in {plural(outcome.sessionsChanged, 'session')}.
            </>
          )}
        </p>
        {outcome.moves.length > 0 && (
          <ul className="mb-4 flex flex-wrap gap-2" aria-label="What becomes what">
            {outcome.moves.map(({ from, to, count }) => (
              <li key={`${from} ${to}`} className="flex h-7 items-center gap-1.5 rounded-full border px-2.5 text-xs">
                <Kind kind={from} /> <span className="text-quiet">→</span> <Kind kind={to} /> <span className="font-mono text-quiet">{formatCount(count)}</span>
              </li>
            ))}
          </ul>
        )}
        {sessions.length > 0 && (
          <div className="divide-y rounded-md border">
            {sessions.map((session) => (
              <SessionDifference key={session.id} session={session} />
            ))}
          </div>
        )}
        {outcome.sessions.length > sessions.length && (
          <Button look="bare" className="mt-2" onClick={() => setAll(true)}>
            Show {formatCount(outcome.sessions.length - sessions.length)} more
          </Button>
        )}
        {outcome.sessionsChanged > outcome.sessions.length && (
          <p className="mt-2 text-xs text-quiet">
            The {formatCount(outcome.sessions.length)} most changed of {formatCount(outcome.sessionsChanged)} sessions.
          </p>
        )}
      </div>
    </section>
  )
}

function SessionDifference({ session }: { session: TrialSessionSummary }) {
  const { id, title, simulated, gained, lost, changed, cutBefore, cutAfter, tasks, examples } = session
  return (
    <details>
      <summary className="flex cursor-pointer flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2 text-sm hover:bg-surface">
        <span className="min-w-0 flex-1 truncate font-medium">{title ?? id}</span>
        {simulated && <Badge>simulated</Badge>}
        <span className="font-mono text-xs text-quiet">
          {[changed > 0 && `${changed} changed`, gained > 0 && `+${gained}`, lost > 0 && `−${lost}`].filter(Boolean).join(' · ')}
        </span>
        <span className="w-44 shrink-0 text-right font-mono text-xs whitespace-nowrap">
          cut short {cutBefore === cutAfter ? cutAfter : `${cutBefore} → ${cutAfter}`}
          <span className="text-quiet"> of {tasks}</span>
        </span>
      </summary>
      <ul className="divide-y border-t bg-surface/50">
        {examples.map((example) => (
          <Example key={`${example.id} ${example.from}`} session={id} example={example} />
        ))}
        {gained + lost + changed > examples.length && <li className="px-3 py-1.5 text-xs text-quiet">and {gained + lost + changed - examples.length} more</li>}
      </ul>
    </details>
  )
}

function Example({ session, example }: { session: string; example: TrialExample }) {
  const { id, from, to, artifact, sentence } = example
  // Only what stands now can be opened.
  const standing = from === undefined ? undefined : from === to ? id : `${from}:${id.slice(id.indexOf(':') + 1)}`
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-xs">
      <span className="flex w-52 shrink-0 items-center gap-1.5">
        <Kind kind={from} /> <span className="text-quiet">→</span> <Kind kind={to} />
      </span>
      <span className="min-w-0 flex-1">
        {sentence} {artifact !== undefined && <code className="text-quiet">{artifact}</code>}
      </span>
      {standing !== undefined && (
        <Link href={`/sessions/${encodeURIComponent(session)}?intervention=${encodeURIComponent(standing)}`} className="underline underline-offset-2">
          open
        </Link>
      )}
    </li>
  )
}

function Kind({ kind }: { kind: string | undefined }) {
  if (kind === undefined) return <span className="text-quiet">nothing</span>
  return (
    <span className="flex items-center gap-1">
      {isKind(kind) && <Glyph kind={kind} size={11} />}
      {kindNoun(kind)}
    </span>
  )
}

function Figures({ before, after }: { before: TrialFigures; after: TrialFigures }) {
  const rows: { title: string; was: string; is: string }[] = [
    { title: 'Cut short within 5 steps', was: measured(before.overwriteRate), is: measured(after.overwriteRate) },
    { title: 'Cut short at any time', was: measured(before.overwriteRateAny), is: measured(after.overwriteRateAny) },
    { title: 'Autonomous completion', was: measured(before.completion), is: measured(after.completion) },
    { title: 'Tokens before interruption, median', was: pace(before.pace), is: pace(after.pace) },
  ]
  return (
    <div className="mb-4 overflow-x-auto rounded-md border">
      <table className="w-full text-sm">
        <caption className="sr-only">The headline figures over all sessions, simulated ones included</caption>
        <thead className="text-left text-xs text-quiet">
          <tr className="border-b">
            <th className="px-3 py-1.5 font-normal">Over all sessions</th>
            <th className="px-3 py-1.5 font-normal">in force</th>
            <th className="px-3 py-1.5 font-normal">with these</th>
          </tr>
        </thead>
        <tbody className="divide-y">
          {rows.map(({ title, was, is }) => (
            <tr key={title}>
              <th scope="row" className="px-3 py-1.5 text-left font-normal">
                {title}
              </th>
              <td className="px-3 py-1.5 font-mono text-xs text-quiet">{was}</td>
              <td className={`px-3 py-1.5 font-mono text-xs ${was === is ? 'text-quiet' : 'font-semibold'}`}>{is}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function measured(value: Measured): string {
  if (!isEstimate(value)) return 'not measurable'
  const { low, high, n } = value
  const interval = low === undefined || high === undefined || value.display === 'counts' ? '' : ` (${formatPercent(low)} to ${formatPercent(high)})`
  return `${formatPercent(value.value)}${interval}, n ${formatCount(n)}`
}

function pace(value: TrialFigures['pace']): string {
  if ('reason' in value) return 'not measurable'
  if (value.median === undefined) return `above ${formatCount(Math.round(value.watchedUntil))}`
  return formatCount(Math.round(value.median))
}
