'use client'

import Link from 'next/link'
import { useMemo } from 'react'
import { useSharedSource } from '@/components/providers/session-source'
import { useNow } from '@/components/providers/use-now'
import { costFigure, costOfAll, costWords, type Spent, spending, usePrices } from '@/components/sessions/costs'
import { agentName, mastersOf } from '@/components/sessions/names'
import { formatDuration, formatExact } from '@/components/text/clock'
import { formatCount, plural } from '@/components/text/count'
import { CopyButton } from '@/components/ui/copy-button'
import { isDated } from '@/lib/core/dated'
import { canonicalModel } from '@/lib/core/models/name'
import type { Agent } from '@/lib/core/session'
import { outputTokens } from '@/lib/core/output-tokens'
import { standingFindings } from '@/lib/core/set-aside'
import { isRunning } from '@/lib/live/protocol'
import { besidePath } from '@/lib/view/beside'
import { FactTable } from './facts'
import type { PanelProps } from './panel'
import { PickLink } from './pick'
import { Block } from './text-block'

/** A page does not grow with the session. */
const SHOWN = 100

/** Nothing is selected: the session itself. */
export function Overview({ store, onPick, onStep }: PanelProps) {
  const { state } = store
  const { facts, totals } = state
  const prices = usePrices()
  const shared = useSharedSource() !== undefined
  const masters = mastersOf(state)
  const people = (agent: Agent) => agent.role === 'human' || agent.role === 'harness'
  const rank = (agent: Agent) => (people(agent) ? 2 : masters.has(agent.id) ? 0 : 1)
  const agents = [...state.agents.values()].sort((a, b) => rank(a) - rank(b) || (a.joinedAt ?? 0) - (b.joinedAt ?? 0))
  const others = agents.filter(people).length
  const spentNow = useMemo(() => spending(state, prices), [state, prices])
  const spent = spentNow()
  const out = outputTokens(state)
  const end = facts.endedAt ?? state.lastAt
  const now = useNow(10_000)
  // The newest event's own time stands for its receipt.
  const goesOn = store.clock !== undefined || isRunning({ endedAt: facts.endedAt, lastAt: state.lastAt, receivedAt: state.lastAt ?? now }, now)
  const first = standingFindings(state, store.findings.values()).some((finding) => finding.headline)
  return (
    <div className="px-5 py-4">
      <h2 className="sr-only">The session</h2>
      <p className="mb-4 text-sm text-quiet">
        Select a bar on the timeline or a row on the left.
        {first && (
          <>
            {' '}
            <button type="button" onClick={() => onStep('next-intervention')} className="font-medium text-text underline underline-offset-2">
              Go to the first intervention
            </button>
          </>
        )}
      </p>
      <div className="items-start gap-8 xl:grid xl:grid-cols-[minmax(0,5fr)_minmax(0,6fr)]">
        <FactTable
          facts={[
            { name: 'Framework', value: facts.framework },
            { name: 'Format', value: facts.format },
            { name: 'Workflow', value: facts.workflow },
            { name: 'Prompt', value: facts.promptVariant },
            { name: 'Tags', value: facts.tags && facts.tags.length > 0 && facts.tags.join(', ') },
            { name: 'Folder', value: facts.workingDirectory && <code className="text-xs">{facts.workingDirectory}</code> },
            { name: 'Started', value: state.firstAt !== undefined && formatExact(facts.startedAt ?? state.firstAt) },
            {
              name: goesOn ? 'So far' : 'Lasted',
              value: state.firstAt !== undefined && isDated(state.firstAt) && end !== undefined && formatDuration(end - (facts.startedAt ?? state.firstAt)),
            },
            { name: 'Ended', value: facts.endStatus && `${facts.endStatus}${facts.endReason ? `: ${facts.endReason}` : ''}` },
            {
              name: 'Tokens',
              value:
                out.tokens !== undefined &&
                `${totals.turnsWithEstimate > 0 ? '~' : ''}${totals.turnsWithUsage > 0 ? `${formatCount(totals.inputTokens)} in, ` : ''}${formatCount(out.tokens)} out`,
            },
            {
              name: 'Cost',
              value: costWords(costOfAll(spent)),
            },
            {
              name: 'Beside',
              value: !shared && (
                <Link href={besidePath([state.id])} className="underline underline-offset-2">
                  another run, on one clock
                </Link>
              ),
            },
            {
              name: 'Id',
              value: (
                <span className="flex min-w-0 items-center gap-1">
                  <code className="truncate text-xs">{state.id}</code>
                  <CopyButton text={state.id} label="Copy the session’s id" />
                </span>
              ),
            },
          ]}
        />
        {agents.length > 0 && (
          <Block title={agentsTitle(agents.length - others, others)}>
            <div className="relative overflow-x-auto rounded-md border">
              <table className="w-full text-sm">
                <thead className="text-xs text-quiet">
                  <tr className="border-b">
                    <th className="px-3 py-1.5 text-left font-normal">Name</th>
                    <th className="px-3 py-1.5 text-left font-normal">Model</th>
                    <th className="px-3 py-1.5 text-right font-normal whitespace-nowrap">Tokens out</th>
                    {prices && <th className="px-3 py-1.5 text-right font-normal">Cost</th>}
                  </tr>
                </thead>
                <tbody className="divide-y">
                  {agents.slice(0, SHOWN).map((agent) => (
                    <tr key={agent.id}>
                      <td className="w-full max-w-0 min-w-32 truncate px-3 py-1.5">
                        <PickLink
                          onPick={onPick}
                          kind="agent"
                          id={agent.id}
                          className={`font-medium ${people(agent) ? '' : masters.has(agent.id) ? 'text-master' : 'text-agent'}`}
                        >
                          {agentName(state, agent.id)}
                        </PickLink>
                      </td>
                      <td className="max-w-56 truncate px-3 py-1.5 text-quiet">
                        <span title={agent.model ?? spent.get(agent.id)?.model}>
                          {canonicalModel(agent.model ?? spent.get(agent.id)?.model) ?? (people(agent) ? agent.role : '—')}
                        </span>
                      </td>
                      <td className="px-3 py-1.5 text-right font-mono">{tokensOf(spent.get(agent.id))}</td>
                      {prices && <CostCell {...costFigure(spent.get(agent.id))} />}
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            {agents.length > SHOWN && (
              <p className="mt-2 text-xs text-quiet">The other {formatCount(agents.length - SHOWN)} are among the lanes; ctrl K finds each by its name.</p>
            )}
          </Block>
        )}
      </div>
    </div>
  )
}

function tokensOf(spent: Spent | undefined): string {
  return spent?.tokens === undefined ? '—' : formatCount(spent.tokens)
}

function CostCell({ says, why }: { says: string; why?: string }) {
  return (
    <td className="px-3 py-1.5 text-right font-mono whitespace-nowrap" title={why}>
      {says}
      {why && <span className="sr-only">, {why}</span>}
    </td>
  )
}

/** Agents are counted as in the list of sessions: who only starts, stops or asks is told apart. */
function agentsTitle(agents: number, others: number): string {
  return `${plural(agents, 'agent')}${others > 0 ? `, and ${formatCount(others)} ${others === 1 ? 'person or harness' : 'people and harness'}` : ''}`
}
