'use client'

import { Sign } from '@/components/ui/sign'
import type { Outcome, OutcomeLevel, OutcomeSide } from '@/lib/core/checks/pairs'
import { formatCount, plural } from '@/components/text/count'
import { type OnPick, PickLink } from './pick'
import { Block } from './text-block'

export const LEVEL_WORDS: Record<OutcomeLevel, string> = { test: 'tests', build: 'build', type: 'types', lint: 'lint', syntax: 'syntax' }

/** The same check on the work as the sub-agent left it, and as the master left it. No model is asked. */
export function OutcomeBlock({ outcome, calls, onPick }: { outcome: Outcome; calls: Readonly<Record<string, string>>; onPick: OnPick }) {
  const { level, before, after, shared, delta, flaky, note } = outcome
  return (
    <Block title="Checks before and after">
      <div className="rounded-md border px-3 py-2 text-sm">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="text-quiet">{LEVEL_WORDS[level]}</span>
          <Side side={before} level={level} calls={calls} onPick={onPick} />
          <span className="text-quiet">→</span>
          <Side side={after} level={level} calls={calls} onPick={onPick} />
          {shared !== undefined && (
            <span className="text-xs text-quiet">
              over {plural(shared, 'test')} that ran on both sides{delta ? `, ${delta > 0 ? '+' : '−'}${formatCount(Math.abs(delta))}` : ''}
            </span>
          )}
        </div>
        {(note !== '' || flaky) && (
          <p className="mt-1 text-xs text-quiet">
            {note} {flaky ? `${plural(flaky, 'check')} gave both answers on one state and was left out.` : ''}
          </p>
        )}
      </div>
    </Block>
  )
}

function Side({ side, level, calls, onPick }: { side: OutcomeSide | undefined; level: OutcomeLevel; calls: Readonly<Record<string, string>>; onPick: OnPick }) {
  if (!side) return <span className="text-quiet">not known</span>
  const words = (
    <>
      {side.ok ? (level === 'syntax' ? 'parses' : 'passed') : level === 'syntax' ? 'does not parse' : 'failed'}
      {side.passed !== undefined && side.failed !== undefined && (
        <span className="ml-1 font-mono text-xs text-quiet">
          {formatCount(side.passed)} passed, {formatCount(side.failed)} failed
        </span>
      )}
    </>
  )
  const call = side.eventId === undefined ? undefined : calls[side.eventId]
  return (
    <span className={`inline-flex items-center gap-1.5 ${side.ok ? 'text-accepted' : 'text-text'}`}>
      <Sign name={side.ok ? 'check' : 'cross'} />
      {call === undefined ? (
        <span>{words}</span>
      ) : (
        <PickLink onPick={onPick} kind="call" id={call}>
          {words}
        </PickLink>
      )}
    </span>
  )
}
