'use client'

import Link from 'next/link'
import { Fragment, type ReactNode, useMemo, useRef } from 'react'
import { kindNoun, rankKinds } from '@/components/sessions/kinds'
import { sessionName } from '@/components/sessions/names'
import { formatDuration } from '@/components/text/clock'
import { formatCount, plural } from '@/components/text/count'
import { Glyph } from '@/components/ui/glyph'
import type { InterventionKind } from '@/lib/core/interventions'
import type { OutputTokens } from '@/lib/core/output-tokens'
import { compareOverwritten, type RunSums } from '@/lib/timeline/differences'
import type { Together } from '@/lib/timeline/together'
import type { Letter } from '@/lib/view/beside'
import type { ClockKind } from '@/lib/view/view'
import { placeWords } from './place-words'
import type { Run } from './run-pane'

interface Compared {
  letter: string
  name: string
  sums: RunSums
}

interface Props {
  runs: readonly { letter: Letter; run: Run }[]
  together: Together
  clock: ClockKind
  /** What a replay shows: then figures are those of that moment. */
  place: number | undefined
}

/** What differs between the runs, in figures and in files. */
export function Differences({ runs, together, clock, place }: Props) {
  const counted = useMemo(() => {
    const known = runs.flatMap(({ letter, run: { store, sums, course } }): Compared[] => {
      const moment = place === undefined ? undefined : together.momentOf(letter, place)
      const shown = moment === undefined ? sums : course?.at(moment)
      return shown ? [{ letter: letter.toUpperCase(), name: sessionName(store.state.facts.title, store.state.id), sums: shown }] : []
    })
    return known.length === runs.length ? known : undefined
  }, [runs, together, place])
  // what was counted before stands until all have been counted anew
  const before = useRef<readonly Compared[]>([])
  if (counted) before.current = counted
  const compared = before.current
  const kinds = useMemo(() => {
    const all: Record<string, number> = {}
    for (const { sums } of compared) for (const [kind, count] of sums.interventions) all[kind] = (all[kind] ?? 0) + count
    return rankKinds(all).map(({ kind }) => kind as InterventionKind)
  }, [compared])
  // one run differs from nothing
  if (compared.length < 2) return null
  const count = (of: (sums: RunSums) => number) => <Cells runs={compared} of={of} print={formatCount} />
  return (
    <div
      className={`grid items-start gap-8 px-5 py-6 max-sm:px-4 ${compared.length === 2 ? 'lg:grid-cols-[minmax(0,30rem)_minmax(0,1fr)]' : 'xl:grid-cols-[minmax(0,50rem)_minmax(0,1fr)]'}`}
    >
      <section aria-labelledby="differences" className="min-w-0">
        <h2 id="differences" className="mb-3 flex flex-wrap items-baseline gap-x-3 text-base font-semibold">
          What differs
          {place !== undefined && (
            <span className="text-xs font-normal text-quiet">
              {counted ? 'as of' : 'whole runs; counting as of'} {placeWords(clock, place)}
              {counted ? '' : ' …'}
            </span>
          )}
        </h2>
        <div className="overflow-x-auto">
          <table className="w-full text-sm">
            <thead>
              <tr className="border-b text-left text-xs text-quiet [&>th]:py-1.5 [&>th]:font-normal">
                <th scope="col">
                  <span className="sr-only">Figure</span>
                </th>
                {compared.map(({ letter, name }, i) => (
                  <Fragment key={letter}>
                    <th scope="col" className="pl-4 text-right" title={name}>
                      {letter}
                    </th>
                    {i > 0 && (
                      <th scope="col" className="pl-4 text-right whitespace-nowrap">
                        {letter} against A
                      </th>
                    )}
                  </Fragment>
                ))}
              </tr>
            </thead>
            <tbody className="[&_td]:py-1.5 [&_th]:py-1.5 [&>tr]:border-b">
              <Row name="Duration">
                <Cells runs={compared} of={({ duration }) => duration} print={formatDuration} />
              </Row>
              <Row name="Agents">{count(({ agents }) => agents)}</Row>
              <Row name="Delegated tasks">{count(({ tasks }) => tasks)}</Row>
              <Row name="Turns">{count(({ turns }) => turns)}</Row>
              <Row name="Tool calls">{count(({ calls }) => calls)}</Row>
              <Row name="Output tokens">
                <Cells runs={compared} of={({ output }) => output.tokens} print={formatCount} about={({ output }) => aboutTokens(output)} />
              </Row>
              {kinds.map((kind) => (
                <Row
                  key={kind}
                  name={
                    <span className="flex items-center gap-2">
                      <Glyph kind={kind} size={11} />
                      {kindNoun(kind)}
                    </span>
                  }
                >
                  {count(({ interventions }) => interventions.get(kind) ?? 0)}
                </Row>
              ))}
            </tbody>
          </table>
        </div>
        <Notes runs={compared} />
        <p className="mt-3 max-w-prose text-xs text-quiet">
          One run against one other: what differs may be chance.{' '}
          <Link href="/compare" className="underline underline-offset-2">
            Compare
          </Link>{' '}
          holds groups of runs against one another, with intervals.
        </p>
      </section>
      <section aria-labelledby="overwritten" className="min-w-0">
        <h2 id="overwritten" className="mb-3 text-base font-semibold">
          Files overwritten
        </h2>
        <OverwrittenFiles runs={compared} />
      </section>
    </div>
  )
}

function Row({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <tr>
      <th scope="row" className="text-left font-normal sm:whitespace-nowrap">
        {name}
      </th>
      {children}
    </tr>
  )
}

interface About {
  estimated: boolean
  /** Some of it nobody tells. */
  least: boolean
}

const CELL = 'pl-4 text-right font-mono whitespace-nowrap max-sm:text-xs'

/** Each run's value, and its difference from the first's; `about`: what of it is estimated or missing. */
function Cells(props: { runs: readonly Compared[]; of(sums: RunSums): number | undefined; print(n: number): string; about?(sums: RunSums): About }) {
  const { runs, of, print, about } = props
  const first = runs[0]
  const base = first && of(first.sums)
  return runs.map(({ letter, sums }, i) => {
    const value = of(sums)
    const said = about?.(sums)
    const difference = value === undefined || base === undefined ? undefined : value - base
    const unsure = [said, first && about?.(first.sums)].some((one) => one?.estimated || one?.least)
    return (
      <Fragment key={letter}>
        <td className={CELL}>
          {value === undefined ? <span className="text-unknown">not known</span> : `${said?.least ? '≥ ' : ''}${said?.estimated ? '~' : ''}${print(value)}`}
        </td>
        {i > 0 && (
          <td className={`${CELL} ${difference ? 'font-medium' : 'text-quiet'}`}>
            {difference === undefined ? '—' : difference === 0 ? 'same' : `${unsure ? '~' : ''}${difference > 0 ? '+' : '−'}${print(Math.abs(difference))}`}
          </td>
        )}
      </Fragment>
    )
  })
}

function aboutTokens({ estimated, untold }: OutputTokens): About {
  return { estimated: estimated > 0, least: untold > 0 }
}

/** What the signs beside token counts mean here. */
function Notes({ runs }: { runs: readonly Compared[] }) {
  const said = runs.flatMap(({ letter, sums: { output, turns } }) => {
    if (output.tokens === undefined) return []
    const parts = [
      output.estimated > 0 && `${plural(output.estimated, 'turn')} of ${formatCount(turns)} with estimated tokens`,
      output.untold > 0 && `${plural(output.untold, 'turn')} of ${formatCount(turns)} without any`,
    ].filter(Boolean)
    return parts.length > 0 ? [`${letter}: ${parts.join(', ')}`] : []
  })
  return said.length > 0 ? <p className="mt-3 max-w-prose text-xs text-quiet">Output tokens. {said.join('; ')}.</p> : null
}

function OverwrittenFiles({ runs }: { runs: readonly Compared[] }) {
  const groups = useMemo(() => {
    const found = compareOverwritten(runs.map(({ sums }) => sums.overwritten))
    if (runs.length !== 2 || found.length === 0) return found
    // of two, all three are said, none of them too
    return [[0], [1], [0, 1]].map((of) => found.find((one) => one.runs.join() === of.join()) ?? { runs: of, paths: [] })
  }, [runs])
  if (groups.length === 0)
    return <p className="text-sm text-quiet">In {runs.length === 2 ? 'neither run' : 'none of the runs'} did a master overwrite delegated work in a file.</p>
  const words = (of: readonly number[]) => {
    const letters = of.map((i) => runs[i]?.letter ?? '')
    if (of.length === 1) return `only in ${letters[0]}`
    if (of.length === runs.length) return of.length === 2 ? 'in both' : 'in all'
    return `in ${letters.slice(0, -1).join(', ')} and ${letters.at(-1)}`
  }
  return (
    <div className={`grid gap-5 ${runs.length === 2 ? 'sm:grid-cols-3' : 'sm:grid-cols-2'}`}>
      {groups.map(({ runs: of, paths }) => (
        <Files key={of.join()} title={words(of)} paths={paths} />
      ))}
    </div>
  )
}

// A page does not grow with the session.
const SHOWN = 40

function Files({ title, paths }: { title: string; paths: readonly string[] }) {
  return (
    <div className="min-w-0">
      <h3 className="mb-1.5 text-xs text-quiet">
        {title} <span className="font-mono">{formatCount(paths.length)}</span>
      </h3>
      <ul className="space-y-1">
        {paths.slice(0, SHOWN).map((path) => (
          <li key={path} className="truncate font-mono text-xs" title={path}>
            {path}
          </li>
        ))}
        {paths.length > SHOWN && <li className="text-xs text-quiet">and {plural(paths.length - SHOWN, 'more file', 'more files')}</li>}
        {paths.length === 0 && <li className="text-xs text-quiet">none</li>}
      </ul>
    </div>
  )
}
