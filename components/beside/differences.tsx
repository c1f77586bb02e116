'use client'

import Link from 'next/link'
import { type ReactNode, useMemo } from 'react'
import { kindNoun, rankKinds } from '@/components/sessions/kinds'
import { formatDuration } from '@/components/text/clock'
import { formatCount, plural } from '@/components/text/count'
import { Glyph } from '@/components/ui/glyph'
import type { Intervention, InterventionKind } from '@/lib/core/interventions'
import type { SessionState } from '@/lib/core/session'
import { compareOverwritten, type RunSums, sumsOf } from '@/lib/timeline/differences'

interface Compared {
  name: string
  state: SessionState
  findings: ReadonlyMap<string, Intervention>
  version: number
}

/** What differs between the two, in figures and in files. */
export function Differences({ a, b }: { a: Compared; b: Compared }) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the state is changed in place; its version says so
  const left = useMemo(() => sumsOf(a.state, a.findings.values()), [a.state, a.findings, a.version])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const right = useMemo(() => sumsOf(b.state, b.findings.values()), [b.state, b.findings, b.version])
  const kinds = useMemo(() => {
    const all: Record<string, number> = {}
    for (const { interventions } of [left, right]) for (const [kind, count] of interventions) all[kind] = (all[kind] ?? 0) + count
    return rankKinds(all).map(({ kind }) => kind as InterventionKind)
  }, [left, right])
  const files = useMemo(() => compareOverwritten(left.overwritten, right.overwritten), [left, right])
  const count = (of: (sums: RunSums) => number) => <Cells a={of(left)} b={of(right)} print={formatCount} />
  return (
    <div className="grid items-start gap-8 px-5 py-6 lg:grid-cols-[minmax(0,30rem)_minmax(0,1fr)]">
      <section aria-labelledby="differences">
        <h2 id="differences" className="mb-3 text-base font-semibold">
          What differs
        </h2>
        <table className="w-full text-sm">
          <thead>
            <tr className="border-b text-left text-xs text-quiet [&>th]:py-1.5 [&>th]:font-normal">
              <th scope="col">
                <span className="sr-only">Figure</span>
              </th>
              <th scope="col" className="text-right">
                A
              </th>
              <th scope="col" className="text-right">
                B
              </th>
              <th scope="col" className="text-right">
                B against A
              </th>
            </tr>
          </thead>
          <tbody className="[&_td]:py-1.5 [&_th]:py-1.5 [&>tr]:border-b">
            <Row name="Duration">
              <Cells a={left.duration} b={right.duration} print={formatDuration} />
            </Row>
            <Row name="Agents">{count(({ agents }) => agents)}</Row>
            <Row name="Delegated tasks">{count(({ tasks }) => tasks)}</Row>
            <Row name="Turns">{count(({ turns }) => turns)}</Row>
            <Row name="Tool calls">{count(({ calls }) => calls)}</Row>
            <Row name="Output tokens">
              <Cells a={left.outputTokens} b={right.outputTokens} print={formatCount} roughly={left.tokensPartial || right.tokensPartial} />
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
        <p className="mt-3 max-w-prose text-xs text-quiet">
          One run against one other: what differs may be chance. <Link href="/compare" className="underline underline-offset-2">Compare</Link> holds groups of
          runs against one another, with intervals.
        </p>
      </section>
      <section aria-labelledby="overwritten">
        <h2 id="overwritten" className="mb-3 text-base font-semibold">
          Files overwritten
        </h2>
        {left.overwritten.size + right.overwritten.size === 0 ? (
          <p className="text-sm text-quiet">In neither run did a master overwrite delegated work in a file.</p>
        ) : (
          <div className="grid gap-5 sm:grid-cols-3">
            <Files title="only in A" paths={files.onlyA} />
            <Files title="only in B" paths={files.onlyB} />
            <Files title="in both" paths={files.both} />
          </div>
        )}
      </section>
    </div>
  )
}

function Row({ name, children }: { name: ReactNode; children: ReactNode }) {
  return (
    <tr>
      <th scope="row" className="text-left font-normal">
        {name}
      </th>
      {children}
    </tr>
  )
}

/** Both values and the difference; `roughly`: some of it is estimated or missing. */
function Cells({ a, b, print, roughly = false }: { a: number | undefined; b: number | undefined; print(n: number): string; roughly?: boolean }) {
  const difference = a === undefined || b === undefined ? undefined : b - a
  const say = (n: number | undefined) => (n === undefined ? <span className="text-unknown">not known</span> : `${roughly ? '~' : ''}${print(n)}`)
  return (
    <>
      <td className="text-right font-mono whitespace-nowrap max-sm:text-xs">{say(a)}</td>
      <td className="text-right font-mono whitespace-nowrap max-sm:text-xs">{say(b)}</td>
      <td className={`text-right font-mono whitespace-nowrap max-sm:text-xs ${difference === 0 || difference === undefined ? 'text-quiet' : 'font-medium'}`}>
        {difference === undefined ? '—' : difference === 0 ? 'same' : `${difference > 0 ? '+' : '−'}${print(Math.abs(difference))}`}
      </td>
    </>
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
