'use client'

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { Header } from '@/components/chrome/header'
import { getJson, postJson, send } from '@/components/providers/api'
import { formatExact } from '@/components/text/clock'
import { Button } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/notes'
import type { DetectorParameters } from '@/lib/core/interventions'
import type { ParametersAnswer } from '@/lib/core/parameter-trial'
import { PARAMETER_MEANINGS, PARAMETER_NAMES, sameParameters } from '@/lib/core/parameters'
import { ParameterField } from './parameter-field'
import { ReadingBar } from './reading-bar'
import { TrialView } from './trial-view'

const PATH = '/api/v1/parameters'
const KEY = ['parameters']
const ASK_EVERY_MS = 500
const GROUPS = [...new Set(PARAMETER_NAMES.map((name) => PARAMETER_MEANINGS[name].group))]

/** The numbers that every finding depends on: what they mean, and what others would make of the log. */
export function DetectorPage() {
  const client = useQueryClient()
  const query = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => getJson<ParametersAnswer>(PATH, signal),
    staleTime: 0,
    refetchInterval: ({ state: { data } }) => (data?.trial?.state === 'reading' || data?.applying ? ASK_EVERY_MS : false),
  })
  const again = () => client.invalidateQueries({ queryKey: KEY })
  const [draft, setDraft] = useState<Partial<DetectorParameters>>({})
  const attempt = useMutation({ mutationFn: (parameters: DetectorParameters) => postJson<ParametersAnswer>(`${PATH}/trial`, { parameters }), onSettled: again })
  const keep = useMutation({
    mutationFn: () => postJson<ParametersAnswer>(`${PATH}/trial/keep`, {}),
    onSuccess: () => setDraft({}),
    onSettled: again,
  })
  const discard = useMutation({ mutationFn: () => send('DELETE', `${PATH}/trial`), onSettled: again })
  const { data } = query
  const failed = [query, attempt, keep, discard].find(({ error }) => error)?.error

  return (
    <>
      <Header />
      <main className="mx-auto max-w-6xl px-5 py-6">
        <div className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-2">
          <div>
            <h1 className="text-xl font-semibold tracking-tight">Detector</h1>
            <p className="mt-1 max-w-[70ch] text-sm text-quiet">
              What counts as an overwrite is a convention, and these are its numbers. Change one and the whole log is read again beside what runs; you see what
              would change before anything does.
            </p>
          </div>
          <Link href="/settings/detector/proof" className="finger inline-flex items-center text-sm underline underline-offset-2">
            Definitions and proof
          </Link>
        </div>
        {failed && (
          <p role="alert" className="mb-4 rounded-md border px-4 py-3 text-sm">
            Nothing was changed. {failed.message}
          </p>
        )}
        {!data ? (
          !failed && <Waiting />
        ) : (
          <Loaded
            data={data}
            draft={draft}
            onDraft={setDraft}
            onTry={(parameters) => attempt.mutate(parameters)}
            onKeep={() => keep.mutate()}
            onDiscard={() => discard.mutate()}
            busy={attempt.isPending || keep.isPending || discard.isPending}
          />
        )}
      </main>
    </>
  )
}

interface LoadedProps {
  data: ParametersAnswer
  draft: Partial<DetectorParameters>
  onDraft: (draft: Partial<DetectorParameters>) => void
  onTry: (parameters: DetectorParameters) => void
  onKeep: () => void
  onDiscard: () => void
  busy: boolean
}

function Loaded({ data, draft, onDraft, onTry, onKeep, onDiscard, busy }: LoadedProps) {
  const { active, builtIn, earlier, trial, applying } = data
  // What is being tried is what the fields show, whoever began it.
  const shown: DetectorParameters = { ...active.parameters, ...trial?.parameters, ...draft }
  const base = trial?.parameters ?? active.parameters
  const changed = PARAMETER_NAMES.filter((name) => shown[name] !== active.parameters[name])
  const fresh = !sameParameters(shown, base)
  const invalid = PARAMETER_NAMES.some((name) => !isValid(name, shown[name])) || shown.overwriteBelow > shown.touchFrom
  const start = () => {
    onTry(shown)
    onDraft({})
  }
  return (
    <>
      <section aria-label="In force" className="mb-5 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-md border bg-surface px-4 py-2.5 text-sm">
        <span>
          <span className="text-quiet">In force: </span>
          <strong className="font-semibold">{active.version === 0 ? 'the built-in parameters' : `parameter set ${active.version}`}</strong>
          {active.keptAt !== undefined && <span className="text-quiet"> since {formatExact(active.keptAt)}</span>}
        </span>
        {applying && <ReadingBar title="Putting its findings in place" progress={applying} />}
      </section>

      {trial && <TrialView trial={trial} active={active.parameters} onKeep={onKeep} onDiscard={onDiscard} busy={busy} />}

      <form
        aria-label="Parameters"
        onSubmit={(event) => {
          event.preventDefault()
          start()
        }}
      >
        {GROUPS.map((group) => (
          <fieldset key={group} className="mb-5 rounded-md border">
            <legend className="ml-3 px-1 text-xs font-medium text-quiet">{group}</legend>
            <div className="divide-y">
              {PARAMETER_NAMES.filter((name) => PARAMETER_MEANINGS[name].group === group).map((name) => (
                <ParameterField
                  key={name}
                  name={name}
                  value={shown[name]}
                  active={active.parameters[name]}
                  builtIn={builtIn[name]}
                  valid={isValid(name, shown[name])}
                  onChange={(value) => onDraft({ ...draft, [name]: value })}
                />
              ))}
            </div>
          </fieldset>
        ))}
        {shown.overwriteBelow > shown.touchFrom && (
          <p role="alert" className="mb-3 text-sm">
            “Overwrite below” must not be above “Touch from”.
          </p>
        )}
        <div className="sticky bottom-0 -mx-5 flex flex-wrap items-center gap-2 border-t bg-bg px-5 py-3">
          <Button type="submit" look="strong" disabled={busy || invalid || !fresh}>
            Read the log with these
          </Button>
          <Button look="bare" onClick={() => onDraft({})} disabled={Object.keys(draft).length === 0}>
            Undo
          </Button>
          <Button look="bare" onClick={() => onDraft({ ...builtIn })} disabled={sameParameters(shown, builtIn)}>
            Built-in values
          </Button>
          <span className="text-xs text-quiet">
            {changed.length === 0
              ? 'Nothing differs from what is in force.'
              : `${changed.length} of ${PARAMETER_NAMES.length} differ from what is in force. Nothing is changed until you keep it.`}
          </span>
        </div>
      </form>
      {earlier.length > 0 && (
        <section aria-label="Earlier sets" className="mt-6">
          <h2 className="mb-2 text-sm font-semibold">Earlier sets</h2>
          <ul className="divide-y rounded-md border text-sm">
            {earlier.map((set) => (
              <li key={set.version} className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
                <span className="font-medium">Set {set.version}</span>
                <span className="text-xs text-quiet">{formatExact(set.keptAt)}</span>
                <span className="min-w-0 flex-1 font-mono text-xs">
                  {PARAMETER_NAMES.filter((name) => set.parameters[name] !== builtIn[name])
                    .map((name) => `${name} ${set.parameters[name]}`)
                    .join(' · ') || 'the built-in values'}
                </span>
                <Button onClick={() => onDraft({ ...set.parameters })}>Use these values</Button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

function isValid(name: (typeof PARAMETER_NAMES)[number], value: number): boolean {
  const { min, max, unit } = PARAMETER_MEANINGS[name]
  return value >= min && value <= max && (unit === 'share' || Number.isInteger(value))
}

function Waiting() {
  return (
    <div role="status" aria-label="Reading the parameters" className="space-y-3">
      {Array.from({ length: 6 }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike, never reordered
        <Skeleton key={i} className="h-14 w-full" />
      ))}
    </div>
  )
}
