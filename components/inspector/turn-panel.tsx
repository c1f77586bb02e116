'use client'

import { costOf, costWords, usePrices } from '@/components/sessions/costs'
import { agentName, baseName, taskName } from '@/components/sessions/names'
import { formatClock, formatDuration, formatExact } from '@/components/text/clock'
import { formatCount, plural } from '@/components/text/count'
import { Badge } from '@/components/ui/badge'
import { Sign } from '@/components/ui/sign'
import { contentPreview } from '@/lib/core/content'
import type { Check, Usage } from '@/lib/core/event'
import { knownModel } from '@/lib/core/models/name'
import type { ToolCall, Turn } from '@/lib/core/session'
import { clockFact } from './clock-fact'
import { type Fact, FactTable, SourcePlace } from './facts'
import type { PanelProps } from './panel'
import { CopyLink, PanelHead } from './panel-head'
import { PickLink } from './pick'
import { Block, ContentBlock, LoadedBlock } from './text-block'
import { TouchedBy } from './touched-by'
import { useTurnText } from './use-content'
import { useTypedText } from './use-typed-text'

export function TurnPanel({ store, turn, onPick, onCopyLink, onClose }: PanelProps & { turn: Turn }) {
  const { state } = store
  const prices = usePrices()
  const running = turn.endedAt === undefined && state.facts.endedAt === undefined
  const typed = useTypedText(store, turn)
  const streamed = useTurnText(state.id, turn.output === undefined && !typed ? turn.id : undefined, running)
  const calls = [...state.calls.values()].filter((call) => call.turnId === turn.id)
  const writes = [...state.writes.values()].filter((write) => write.turnId === turn.id)
  const task = turn.taskId === undefined ? undefined : state.tasks.get(turn.taskId)
  const start = turn.startedAt ?? turn.endedAt
  return (
    <>
      <PanelHead
        badge={<Badge>turn</Badge>}
        title={
          <>
            {agentName(state, turn.agentId)}
            {start !== undefined && state.firstAt !== undefined && (
              <span className="ml-2 font-mono font-normal text-quiet">{formatClock(start - state.firstAt)}</span>
            )}
          </>
        }
        onClose={onClose}
        actions={<CopyLink onClick={onCopyLink} />}
      />
      <div className="border-t px-5 py-4">
        <TouchedBy store={store} onPick={onPick} matches={(finding) => finding.target?.turnId === turn.id || finding.master.turnId === turn.id} />
        <FactTable
          facts={[
            { name: 'Agent', value: turn.agentId && <AgentLink store={store} id={turn.agentId} onPick={onPick} /> },
            { name: 'Model', value: turn.model && <ModelWords given={turn.model} /> },
            {
              name: 'Task',
              value: task && (
                <PickLink onPick={onPick} kind="task" id={task.id}>
                  {taskName(task)}
                </PickLink>
              ),
            },
            { name: 'Began', value: turn.startedAt === undefined ? <NotKnown /> : formatExact(turn.startedAt) },
            {
              name: 'Lasted',
              value:
                turn.endedAt === undefined ? (
                  running ? (
                    <Badge tone="agent">running</Badge>
                  ) : (
                    <NotKnown />
                  )
                ) : turn.startedAt === undefined ? (
                  <NotKnown />
                ) : (
                  formatDuration(turn.endedAt - turn.startedAt)
                ),
            },
            clockFact(store, turn.agentId),
            { name: 'Ended by', value: turn.finish?.replace('_', ' ') },
            ...usageFacts(turn.usage, turn.streamedTokens),
            { name: 'Cost', value: costWords(costOf([turn], state, prices)) },
          ]}
        />
        {turn.output !== undefined ? (
          <ContentBlock sessionId={state.id} title="Output" content={turn.output} />
        ) : (
          <LoadedBlock
            title={running ? `Output so far${typed?.pace === 'even' ? ', spread evenly' : ''}` : 'Output'}
            loaded={typed?.text ?? streamed}
            absent={running ? 'Nothing yet.' : calls.length > 0 ? 'Only calls, no text.' : 'The log holds no text of this turn.'}
          />
        )}
        <ContentBlock sessionId={state.id} title="Reasoning" content={turn.reasoning} />
        {calls.length > 0 && (
          <Block title={plural(calls.length, 'tool call')}>
            <Calls calls={calls} onPick={onPick} />
          </Block>
        )}
        {writes.length > 0 && (
          <Block title={plural(writes.length, 'write')}>
            <ul className="divide-y rounded-md border">
              {writes.map((write) => (
                <li key={write.id} className="flex items-center gap-2 px-3 py-1.5 text-sm">
                  <PickLink onPick={onPick} kind="artifact" id={write.path} className="font-medium">
                    {baseName(write.path)}
                  </PickLink>
                  <span className="text-xs text-quiet">{write.change}</span>
                </li>
              ))}
            </ul>
          </Block>
        )}
        <Block title="Place in the source">
          <SourcePlace source={turn.source} />
        </Block>
      </div>
    </>
  )
}

export function AgentLink({ store, id, onPick }: Pick<PanelProps, 'store' | 'onPick'> & { id: string }) {
  return (
    <PickLink onPick={onPick} kind="agent" id={id}>
      {agentName(store.state, id)}
    </PickLink>
  )
}

export function Calls({ calls, onPick }: { calls: ToolCall[]; onPick: PanelProps['onPick'] }) {
  return (
    <ul className="divide-y rounded-md border">
      {calls.slice(0, 100).map((call) => (
        <li key={call.id} className="flex min-w-0 items-center gap-2 px-3 py-1.5 text-sm">
          <PickLink onPick={onPick} kind="call" id={call.id} className="shrink-0 font-medium">
            {call.name ?? 'call'}
          </PickLink>
          <span className="min-w-0 flex-1 truncate font-mono text-xs text-quiet">{call.arguments === undefined ? '' : contentPreview(call.arguments)}</span>
          <CallStatus call={call} />
        </li>
      ))}
      {calls.length > 100 && <li className="px-3 py-1.5 text-xs text-quiet">and {formatCount(calls.length - 100)} more; the timeline shows them all</li>}
    </ul>
  )
}

export function CallStatus({ call }: { call: ToolCall }) {
  if (call.check?.ok !== undefined)
    return (
      <Badge tone={call.check.ok ? 'accepted' : 'quiet'}>
        <Sign name={call.check.ok ? 'check' : 'cross'} />
        {checkWords(call.check)}
      </Badge>
    )
  if (call.status === 'error')
    return (
      <Badge>
        <Sign name="cross" />
        error
      </Badge>
    )
  if (call.status === 'cancelled') return <Badge>cancelled</Badge>
  if (call.returnedAt === undefined) return <Badge>no answer</Badge>
  return null
}

function checkWords({ kind, passed, failed }: Check): string {
  if (failed) return `${kind}, ${formatCount(failed)} failed`
  return passed === undefined ? kind : `${kind}, ${formatCount(passed)} passed`
}

function usageFacts(usage: Usage | undefined, streamed: number | undefined): Fact[] {
  if (!usage) return [{ name: 'Tokens', value: streamed === undefined ? <NotKnown /> : `${formatCount(streamed)} out so far` }]
  const sign = usage.estimated ? '~' : ''
  const parts = [
    usage.inputTokens !== undefined && `${sign}${formatCount(usage.inputTokens)} in`,
    Boolean(usage.cachedInputTokens) && `${formatCount(usage.cachedInputTokens ?? 0)} of them cached`,
    usage.outputTokens !== undefined && `${sign}${formatCount(usage.outputTokens)} out`,
    Boolean(usage.reasoningTokens) && `${formatCount(usage.reasoningTokens ?? 0)} of them reasoning`,
  ].filter(Boolean)
  return [{ name: 'Tokens', value: parts.length > 0 ? `${parts.join(', ')}${usage.estimated ? ' (counted by us)' : ''}` : <NotKnown /> }]
}

/** The model's one name; where it was called by another, that too. */
function ModelWords({ given }: { given: string }) {
  const { name, via } = knownModel(given)
  return (
    <>
      {name}
      {name !== given && <span className="text-quiet">{`, called ${given}${via === undefined ? '' : ` via ${via}`}`}</span>}
    </>
  )
}

export function NotKnown() {
  return <span className="text-unknown">not known</span>
}
