'use client'

import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChevronDown } from 'lucide-react'
import dynamic from 'next/dynamic'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { useMemo, useState } from 'react'
import { Header } from '@/components/chrome/header'
import { getJson } from '@/components/providers/api'
import { PlaySample } from '@/components/sessions/play-sample'
import { formatCount, plural } from '@/components/text/count'
import { Button, buttonClass } from '@/components/ui/button'
import { copyText } from '@/components/ui/copy-button'
import { EmptyState, ErrorNote, Skeleton } from '@/components/ui/notes'
import { COMPARE_FILTERS, type CompareAnswer, type CompareFilter } from '@/lib/core/metrics/compare-protocol'
import { REPORTED_LABEL } from '@/lib/core/metrics/reported'
import { reportedFor } from './figures'
import { type CompareQuery, GROUPINGS, NOTHING_ASKED, parseQuery, printQuery } from './query'
import { SummaryTable } from './summary-table'

const Charts = dynamic(() => import('./charts'), { ssr: false, loading: () => <ChartsSkeleton /> })
const REFRESH_MS = 15_000

/** Which master lets its agents work: groups of recorded tasks beside one another. */
export function ComparePage() {
  const address = useSearchParams()
  const query = useMemo(() => parseQuery(new URLSearchParams(address)), [address])
  const text = printQuery({ ...query, reported: undefined })
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['compare', text],
    queryFn: ({ signal }) => getJson<CompareAnswer>(`/api/v1/compare${text && `?${text}`}`, signal),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  })
  const change = (patch: Partial<CompareQuery>) => {
    const next = printQuery({ ...query, ...patch })
    // the address alone: what it names is fetched from the API, not from the page's server
    history.replaceState(null, '', next === '' ? '/compare' : `/compare?${next}`)
  }
  const canReport = query.by === 'masterModel' && !query.second
  const reported = canReport && (query.reported ?? data?.groups.some((group) => reportedFor(group) !== undefined) ?? false)
  return (
    <div className="flex min-h-dvh flex-col">
      <Header
        actions={
          data &&
          data.tasks > 0 && (
            <span className="hidden items-center gap-2 sm:flex">
              <a href={`/api/v1/compare.csv${text && `?${text}`}`} download className={buttonClass('plain')}>
                Export CSV
              </a>
              <CopyLink />
            </span>
          )
        }
      />
      <main className="flex flex-1 flex-col">
        <h1 className="sr-only">Compare</h1>
        {error && (
          <div className="p-4">
            <ErrorNote title="The figures could not be read" action={<Button onClick={() => void refetch()}>Try again</Button>}>
              {error.message}
            </ErrorNote>
          </div>
        )}
        {!data && !error && <ChartsSkeleton />}
        {data && data.recorded === 0 && <NoData />}
        {data && data.recorded > 0 && (
          <>
            <Controls query={query} answer={data} change={change} />
            <HeadLine answer={data} reported={canReport ? reported : undefined} onReported={(on) => change({ reported: on })} />
            {data.tasks === 0 ? (
              <EmptyState title="No delegated task matches">
                <p className="mb-3">Sessions are recorded, but none of their tasks is in this choice.</p>
                <Button onClick={() => change(NOTHING_ASKED)}>Show all tasks</Button>
              </EmptyState>
            ) : (
              <div className={isPlaceholderData ? 'opacity-60 transition-opacity' : ''}>
                <Charts answer={data} query={query} reported={reported} />
                <SummaryTable answer={data} query={query} />
              </div>
            )}
          </>
        )}
      </main>
    </div>
  )
}

function HeadLine({ answer, reported, onReported }: { answer: CompareAnswer; reported: boolean | undefined; onReported: (on: boolean) => void }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b px-4 py-2 text-xs text-quiet sm:px-5">
      <p role="status">
        {plural(answer.sessions, 'session')} · {plural(answer.tasks, 'task')} · intervals 95 %, clustered by session
        {answer.running > 0 && <> · {formatCount(answer.running)} still running: figures move</>}
      </p>
      {answer.simulatedTasks > 0 && (
        <p className="rounded border px-1.5 text-text">
          {answer.simulatedTasks === answer.tasks ? 'All of these tasks are simulated' : `${formatCount(answer.simulatedTasks)} of these tasks are simulated`}
        </p>
      )}
      {reported !== undefined && (
        <label className="ml-auto flex cursor-pointer items-center gap-1.5">
          <input type="checkbox" checked={reported} onChange={(event) => onReported(event.target.checked)} className="accent-[var(--series-3)]" />
          <span>
            <svg aria-hidden viewBox="0 0 10 10" className="mr-1 inline size-2.5 align-baseline">
              <path d="M5 0.7 L9.3 5 L5 9.3 L0.7 5 Z" fill="none" stroke="var(--series-3)" strokeWidth={1.3} />
            </svg>
            published by ainews.cool: {REPORTED_LABEL}
          </span>
        </label>
      )}
    </div>
  )
}

const RANGES = [7, 30, 90, 365]
const SIMULATED_WORDS = { include: 'with the others', exclude: 'left out', only: 'alone' } as const

function Controls({ query, answer, change }: { query: CompareQuery; answer: CompareAnswer; change: (patch: Partial<CompareQuery>) => void }) {
  const groupings = COMPARE_FILTERS.map((value) => ({ value, title: GROUPINGS[value] }))
  return (
    <search className="flex flex-wrap items-center gap-2 border-b px-4 py-2.5 sm:px-5">
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
      {COMPARE_FILTERS.map((name) => {
        const choices = answer.choices[name]
        const value = query.only[name]
        if (choices.length === 0 && value === undefined) return null
        return (
          <Choice
            key={name}
            title={GROUPINGS[name]}
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
      <Choice
        title="Last"
        value={query.days === undefined ? '' : String(query.days)}
        options={[
          { value: '', title: 'all time' },
          ...[...new Set([...RANGES, ...(query.days === undefined ? [] : [query.days])])]
            .sort((a, b) => a - b)
            .map((days) => ({ value: String(days), title: plural(days, 'day') })),
        ]}
        onChange={(days) => change({ days: days === '' ? undefined : Number(days) })}
      />
      <Choice
        title="Simulated"
        value={query.simulated}
        options={Object.entries(SIMULATED_WORDS).map(([value, title]) => ({ value, title }))}
        onChange={(simulated) => change({ simulated: simulated as CompareQuery['simulated'] })}
      />
      <NumberField title="Steps k" value={query.k} min={1} max={50} step={1} onChange={(k) => change({ k })} />
      <NumberField title="Overwritten below" value={query.theta} min={0.3} max={0.95} step={0.05} onChange={(theta) => change({ theta })} />
      <NumberField title="Tasks at least" value={query.min} min={1} max={1_000_000} step={1} onChange={(min) => change({ min })} />
      {printQuery(query) !== '' && (
        <button type="button" onClick={() => change(NOTHING_ASKED)} className="h-8 rounded px-2 text-xs text-quiet hover:text-text">
          Clear
        </button>
      )}
    </search>
  )
}

function Choice({
  title,
  value,
  options,
  onChange,
}: {
  title: string
  value: string
  options: { value: string; title: string }[]
  onChange: (value: string) => void
}) {
  return (
    <label className="relative flex h-8 items-center gap-1.5 rounded-md border bg-surface pl-2.5 text-xs hover:bg-surface-2">
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

function NumberField({
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
  return (
    <label className="flex h-8 items-center gap-1.5 rounded-md border bg-surface pl-2.5 text-xs focus-within:border-focus">
      <span className="text-quiet">{title}</span>
      <input
        type="number"
        // what an unfinished number says is not asked for; the address puts the field right again
        key={value}
        defaultValue={value}
        min={min}
        max={max}
        step={step}
        onChange={(event) => {
          if (event.target.value !== '' && event.target.validity.valid) onChange(event.target.valueAsNumber)
        }}
        className="h-full w-14 bg-transparent pr-1 font-mono font-medium outline-none"
      />
    </label>
  )
}

function CopyLink() {
  const [copied, setCopied] = useState(false)
  return (
    <Button
      look="strong"
      onClick={async () => {
        setCopied(await copyText(location.href))
        setTimeout(() => setCopied(false), 2000)
      }}
    >
      <span aria-live="polite">{copied ? 'Copied' : 'Copy link'}</span>
    </Button>
  )
}

function NoData() {
  return (
    <div className="mx-auto w-full max-w-xl px-4 py-20 text-center">
      <h2 className="text-xl font-semibold tracking-tight">Nothing to compare yet</h2>
      <p className="mt-2 mb-5 text-base text-quiet">
        Here stand, side by side, how often each master cuts its sub-agents short, how soon, and whether its rewrites help. It takes recorded sessions: about 30
        tasks in five sessions a group for a first honest interval.
      </p>
      <div className="flex flex-wrap justify-center gap-2">
        <Link href="/connect" className={buttonClass('strong')}>
          Connect your agents
        </Link>
        <PlaySample />
      </div>
      <p className="mt-4 text-sm text-quiet">
        Or read what was recorded: <code className="text-text">npx backseat import ~/.claude/projects</code>
      </p>
    </div>
  )
}

function ChartsSkeleton() {
  return (
    <div aria-busy className="grid gap-6 p-5 lg:grid-cols-2">
      {['a', 'b', 'c', 'd'].map((one) => (
        <Skeleton key={one} className="h-64" />
      ))}
    </div>
  )
}
