'use client'

import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { formatCount, plural } from '@/components/text/count'
import { COMPARE_FILTERS, type CompareAnswer, type CompareFilter } from '@/lib/core/metrics/compare-protocol'
import { REPORTED_LABEL } from '@/lib/core/metrics/reported'
import { type CompareQuery, GROUPINGS, NOTHING_ASKED, printQuery } from './query'

const RANGES = [7, 30, 90, 365]
const SIMULATED_WORDS: Record<CompareQuery['simulated'], string> = {
  auto: 'kept apart from real ones',
  include: 'shown with real ones',
  exclude: 'left out',
  only: 'shown alone',
}

export type Change = (patch: Partial<CompareQuery>) => void

/** Which tasks, in which groups. */
export function Controls({ query, answer, change }: { query: CompareQuery; answer: CompareAnswer; change: Change }) {
  const groupings = COMPARE_FILTERS.map((value) => ({ value, title: GROUPINGS[value] }))
  return (
    <search className="flex items-center gap-2 overflow-x-auto border-b px-4 py-2.5 [scrollbar-width:none] sm:flex-wrap sm:overflow-visible sm:px-5">
      <Choice
        title="Group by"
        value={query.by}
        options={groupings}
        onChange={(by) => change({ by: by as CompareFilter, second: query.second === by ? undefined : query.second })}
      />
      <Choice
        title="and"
        value={query.second ?? ''}
        options={[{ value: '', title: 'nothing else' }, ...groupings.filter(({ value }) => value !== query.by)]}
        onChange={(second) => change({ second: (second || undefined) as CompareFilter | undefined })}
      />
      <span aria-hidden className="mx-1 h-5 w-px shrink-0 bg-border max-sm:hidden" />
      {COMPARE_FILTERS.map((name) => {
        const choices = answer.choices[name]
        const value = query.only[name]
        if (choices.length < 2 && value === undefined) return null
        return (
          <Choice
            key={name}
            title={GROUPINGS[name]}
            chosen={value !== undefined}
            value={value ?? ''}
            options={[
              { value: '', title: 'any' },
              ...(value && !choices.some((choice) => choice.value === value) ? [{ value, title: value }] : []),
              ...choices.map((choice) => ({ value: choice.value, title: `${choice.value} (${formatCount(choice.tasks)})` })),
            ]}
            onChange={(chosen) => change({ only: { ...query.only, [name]: chosen || undefined } })}
          />
        )
      })}
      <Range query={query} change={change} />
      {printQuery(query) !== '' && (
        <button type="button" onClick={() => change(NOTHING_ASKED)} className="h-8 shrink-0 rounded px-2 text-xs text-quiet hover:text-text">
          Clear
        </button>
      )}
    </search>
  )
}

function Range({ query, change }: { query: CompareQuery; change: Change }) {
  const between = query.since !== undefined || query.until !== undefined
  const [open, setOpen] = useState(false)
  const all = [...new Set([...RANGES, ...(query.days === undefined ? [] : [query.days])])].sort((a, b) => a - b)
  return (
    <>
      <Choice
        title="Sessions of"
        chosen={query.days !== undefined || between}
        value={between || open ? 'between' : query.days === undefined ? '' : String(query.days)}
        options={[
          { value: '', title: 'all time' },
          ...all.map((days) => ({ value: String(days), title: `the last ${plural(days, 'day')}` })),
          { value: 'between', title: 'a time between …' },
        ]}
        onChange={(chosen) => {
          setOpen(chosen === 'between')
          if (chosen !== 'between') change({ days: chosen === '' ? undefined : Number(chosen), since: undefined, until: undefined })
          else change({ days: undefined })
        }}
      />
      {(between || open) && (
        <span className="flex h-8 shrink-0 items-center gap-1.5 rounded-md border bg-surface px-2.5 text-xs">
          <DateField title="from" value={query.since} onChange={(since) => change({ days: undefined, since })} />
          <DateField title="before" value={query.until} onChange={(until) => change({ days: undefined, until })} />
        </span>
      )}
    </>
  )
}

function DateField({ title, value, onChange }: { title: string; value: string | undefined; onChange: (value: string | undefined) => void }) {
  return (
    <label className="flex items-center gap-1.5">
      <span className="text-quiet">{title}</span>
      <input type="date" value={value ?? ''} onChange={(event) => onChange(event.target.value || undefined)} className="bg-transparent font-mono text-2xs" />
    </label>
  )
}

/** What is counted, whether it moves, and the choices that every figure depends on. */
export function HeadLine({
  answer,
  query,
  change,
  reported,
}: {
  answer: CompareAnswer
  query: CompareQuery
  change: Change
  /** Undefined: nothing was published about groups like these. */
  reported: boolean | undefined
}) {
  const { simulatedTasks, simulatedLeftOut, running } = answer
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b px-4 py-2 text-xs text-quiet sm:px-5">
      <p role="status">
        {plural(answer.sessions, 'session')} · {plural(answer.tasks, 'task')} · intervals 95 %, clustered by session
        {running > 0 && <> · {running === 1 ? 'one session is' : `${formatCount(running)} sessions are`} running: figures move</>}
      </p>
      {simulatedTasks > 0 && (
        <p className="rounded border px-1.5 text-text">
          {simulatedTasks === answer.tasks ? 'All of these tasks are simulated' : `${formatCount(simulatedTasks)} of these tasks are simulated`}
        </p>
      )}
      {((simulatedTasks > 0 && simulatedTasks < answer.tasks) || simulatedLeftOut > 0 || query.simulated !== NOTHING_ASKED.simulated) && (
        <Choice
          title={simulatedLeftOut > 0 ? plural(simulatedLeftOut, 'simulated task') : 'Simulated tasks'}
          chosen={query.simulated !== NOTHING_ASKED.simulated}
          value={query.simulated}
          options={Object.entries(SIMULATED_WORDS).map(([value, title]) => ({ value, title }))}
          onChange={(simulated) => change({ simulated: simulated as CompareQuery['simulated'] })}
        />
      )}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 lg:ml-auto">
        {reported !== undefined && (
          <label className="flex cursor-pointer items-center gap-1.5">
            <input type="checkbox" checked={reported} onChange={(event) => change({ reported: event.target.checked })} className="accent-[var(--series-3)]" />
            <span>
              <svg aria-hidden viewBox="0 0 10 10" className="mr-1 inline size-2.5 align-baseline">
                <path d="M5 0.7 L9.3 5 L5 9.3 L0.7 5 Z" fill="none" stroke="var(--series-3)" strokeWidth={1.3} />
              </svg>
              ainews.cool: {REPORTED_LABEL}
            </span>
          </label>
        )}
        <NumberField title="Steps k" value={query.k} min={1} max={50} step={1} onChange={(k) => change({ k })} />
        <NumberField title="Overwritten below" value={query.theta} min={0.3} max={0.95} step={0.05} onChange={(theta) => change({ theta })} />
        <NumberField title="Tasks at least" value={query.min} min={1} max={1_000_000} step={1} onChange={(min) => change({ min })} />
      </div>
    </div>
  )
}

function Choice({
  title,
  value,
  options,
  chosen,
  onChange,
}: {
  title: string
  value: string
  options: { value: string; title: string }[]
  chosen?: boolean
  onChange: (value: string) => void
}) {
  return (
    <label
      className={`relative flex h-7 shrink-0 items-center gap-1.5 rounded-md border bg-surface pl-2.5 text-xs hover:bg-surface-2 ${chosen ? 'border-master' : ''}`}
    >
      <span className="text-quiet">{title}</span>
      <select
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-full max-w-44 cursor-pointer appearance-none truncate [field-sizing:content] rounded-r-md bg-transparent pr-6 font-medium outline-offset-0 [&>option]:bg-surface [&>option]:text-text"
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.title}
          </option>
        ))}
      </select>
      <ChevronDown size={12} className="pointer-events-none absolute right-2 text-quiet" aria-hidden />
    </label>
  )
}

export function NumberField({
  title,
  value,
  min,
  max,
  step,
  onChange,
}: {
  title: string
  value: number
  min: number
  max: number
  step: number
  onChange: (value: number) => void
}) {
  const [text, setText] = useState(String(value))
  const [focused, setFocused] = useState(false)
  const [seen, setSeen] = useState(value)
  // The address changed from outside: the field follows. While somebody types it is ahead of the address.
  if (seen !== value) {
    setSeen(value)
    if (!focused) setText(String(value))
  }
  return (
    <label className="flex h-7 shrink-0 items-center gap-1.5 rounded-md border bg-surface pl-2 text-xs focus-within:border-focus">
      <span className="text-quiet">{title}</span>
      <input
        type="number"
        value={text}
        min={min}
        max={max}
        step={step}
        onChange={(event) => {
          const { value: typed, validity, valueAsNumber } = event.target
          setText(typed)
          // what an unfinished number says is not asked for
          if (typed === '' || !validity.valid) return
          onChange(valueAsNumber)
        }}
        onFocus={() => setFocused(true)}
        onBlur={() => {
          setFocused(false)
          setText(String(value))
        }}
        className="h-full w-13 bg-transparent pr-1 font-mono font-medium text-text outline-none"
      />
    </label>
  )
}
