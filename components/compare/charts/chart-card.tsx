'use client'

import { type ReactNode, useRef, useState } from 'react'
import { PlainTable, type TableTwin } from '../plain-table'
import { saveChart } from './export-chart'

interface Props {
  id: string
  title: string
  says: string
  sentences: string[]
  howToRead: ReactNode
  footer: string
  twin: TableTwin
  children: ReactNode
  /** Controls of this chart alone. */
  extra?: ReactNode
  /** Over both columns. */
  wide?: boolean
}

/** One chart with all that an honest one has: its sentence, its table, how to read it, what it rests on. */
export function ChartCard({ id, title, says, sentences, howToRead, footer, twin, children, extra, wide }: Props) {
  const [table, setTable] = useState(false)
  const [failed, setFailed] = useState<string>()
  const chart = useRef<HTMLDivElement>(null)
  const [first = '', ...more] = sentences
  const save = (as: 'svg' | 'png') => {
    setFailed(undefined)
    if (chart.current)
      saveChart(chart.current, `backseat-${id}`, { title, says, sentence: first, footer }, as).catch((error: Error) => setFailed(error.message))
  }
  return (
    <section aria-labelledby={`${id}-title`} className={`flex min-w-0 flex-col border-b px-4 py-4 sm:px-5 lg:border-r ${wide ? 'lg:col-span-2' : ''}`}>
      <div className="flex flex-wrap items-start gap-x-3 gap-y-1.5">
        <div className="min-w-full flex-1 sm:min-w-52">
          <h3 id={`${id}-title`} className="text-base font-semibold">
            {title}
          </h3>
          <p className="text-xs text-quiet">{says}</p>
        </div>
        <div className="flex items-center gap-1">
          {extra}
          <SmallButton pressed={table} label={`${title}, as a table`} onClick={() => setTable(!table)}>
            Table
          </SmallButton>
          {!table && (
            <>
              <SmallButton label={`${title}, as a PNG picture`} onClick={() => save('png')}>
                PNG
              </SmallButton>
              <SmallButton label={`${title}, as an SVG picture`} onClick={() => save('svg')}>
                SVG
              </SmallButton>
            </>
          )}
        </div>
      </div>
      <div ref={chart} className="mt-2 min-w-0">
        {table ? <PlainTable label={`${title}: the table`} {...twin} className="w-full text-xs" /> : children}
      </div>
      {failed && (
        <p role="alert" className="mt-1 text-xs">
          {failed} The table has the same figures.
        </p>
      )}
      <p className="mt-2 text-xs">{first}</p>
      <details className="mt-1.5 text-xs text-quiet">
        <summary className="w-max rounded hover:text-text">How to read this{more.length > 0 ? ', and every figure in words' : ''}</summary>
        <div className="mt-1.5 max-w-[46rem] space-y-1.5">
          <p>{howToRead}</p>
          {more.length > 0 && (
            <ul className="list-disc space-y-0.5 pl-4">
              {sentences.map((sentence) => (
                <li key={sentence}>{sentence}</li>
              ))}
            </ul>
          )}
        </div>
      </details>
      <p className="mt-auto pt-2 text-2xs text-quiet">{footer}</p>
    </section>
  )
}

export function SmallButton({ pressed, label, onClick, children }: { pressed?: boolean; label?: string; onClick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      aria-label={label}
      onClick={onClick}
      className={`h-6 rounded border px-2 text-2xs ${pressed ? 'border-master bg-surface-2 text-text' : 'bg-surface text-quiet hover:text-text'}`}
    >
      {children}
    </button>
  )
}
