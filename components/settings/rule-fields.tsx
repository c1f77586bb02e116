'use client'

import { useState } from 'react'
import { Choice, Field } from '@/components/ui/field'
import type { NotifyRule } from '@/lib/core/notify/rule'

const KINDS = [
  { value: 'overwrite-rate', says: 'overwrite rate of a running session' },
  { value: 'silent', says: 'silence of a running session' },
] as const

interface RuleState {
  kind: NotifyRule['kind']
  percent: string
  tasks: string
  minutes: string
  value: NotifyRule
  onChange(patch: Partial<Pick<RuleState, 'kind' | 'percent' | 'tasks' | 'minutes'>>): void
}

/** A rule while somebody types it. */
export function useRule(initial: NotifyRule = { kind: 'overwrite-rate', above: 0.3, tasks: 5 }): RuleState {
  const [typed, setTyped] = useState(() => ({
    kind: initial.kind,
    percent: initial.kind === 'overwrite-rate' ? String(Math.round(initial.above * 100)) : '30',
    tasks: initial.kind === 'overwrite-rate' ? String(initial.tasks) : '5',
    minutes: initial.kind === 'silent' ? String(initial.minutes) : '5',
  }))
  const value: NotifyRule =
    typed.kind === 'silent'
      ? { kind: 'silent', minutes: Number(typed.minutes) }
      : { kind: 'overwrite-rate', above: Number(typed.percent) / 100, tasks: Number(typed.tasks) }
  return { ...typed, value, onChange: (patch) => setTyped((before) => ({ ...before, ...patch })) }
}

export function RuleFields({ kind, percent, tasks, minutes, onChange }: RuleState) {
  return (
    <>
      <Choice label="When" value={kind} options={KINDS} onChange={(next) => onChange({ kind: next })} className="min-w-56 flex-1" />
      {kind === 'silent' ? (
        <Field
          label="Minutes"
          type="number"
          required
          min={1}
          max={1440}
          value={minutes}
          onChange={(event) => onChange({ minutes: event.target.value })}
          className="w-24"
        />
      ) : (
        <>
          <Field
            label="Above %"
            type="number"
            required
            min={0}
            max={99}
            value={percent}
            onChange={(event) => onChange({ percent: event.target.value })}
            className="w-24"
          />
          <Field
            label="After tasks"
            type="number"
            required
            min={1}
            max={10000}
            value={tasks}
            onChange={(event) => onChange({ tasks: event.target.value })}
            className="w-24"
          />
        </>
      )}
    </>
  )
}
