'use client'

import { baseName, taskName } from '@/components/sessions/names'
import { formatClock, formatDuration, formatExact } from '@/components/text/clock'
import { Badge } from '@/components/ui/badge'
import type { ToolCall } from '@/lib/core/session'
import { clockFact } from './clock-fact'
import { FactTable, SourcePlace } from './facts'
import type { PanelProps } from './panel'
import { CopyLink, PanelHead } from './panel-head'
import { PickLink } from './pick'
import { Block, ContentBlock } from './text-block'
import { TouchedBy } from './touched-by'
import { AgentLink, CallStatus, NotKnown } from './turn-panel'

export function CallPanel({ store, call, onPick, onCopyLink, onClose }: PanelProps & { call: ToolCall }) {
  const { state } = store
  const task = call.taskId === undefined ? undefined : state.tasks.get(call.taskId)
  const writes = [...state.writes.values()].filter((write) => write.callId === call.id)
  return (
    <>
      <PanelHead
        badge={<Badge>tool call</Badge>}
        title={
          <>
            {call.name ?? 'call'}
            {call.calledAt !== undefined && state.firstAt !== undefined && (
              <span className="ml-2 font-mono font-normal text-quiet">{formatClock(call.calledAt - state.firstAt)}</span>
            )}
          </>
        }
        onClose={onClose}
        actions={<CopyLink onClick={onCopyLink} />}
      />
      <div className="border-t px-5 py-4">
        <TouchedBy store={store} onPick={onPick} matches={(finding) => finding.target?.callId === call.id || finding.master.callId === call.id} />
        <FactTable
          facts={[
            { name: 'Agent', value: call.agentId && <AgentLink store={store} id={call.agentId} onPick={onPick} /> },
            {
              name: 'Turn',
              value: call.turnId && (
                <PickLink onPick={onPick} kind="turn" id={call.turnId} className="font-mono text-xs">
                  {call.turnId}
                </PickLink>
              ),
            },
            {
              name: 'Task',
              value: task && (
                <PickLink onPick={onPick} kind="task" id={task.id}>
                  {taskName(task)}
                </PickLink>
              ),
            },
            clockFact(store, call.agentId),
            { name: 'Called', value: call.calledAt === undefined ? <NotKnown /> : formatExact(call.calledAt) },
            {
              name: 'Took',
              value: call.calledAt === undefined || call.returnedAt === undefined ? <NotKnown /> : formatDuration(call.returnedAt - call.calledAt),
            },
            { name: 'Outcome', value: call.check || call.status ? call.check ? <CallStatus call={call} /> : call.status : undefined },
            { name: 'Read', value: call.reads && call.reads.length > 0 && call.reads.map(baseName).join(', ') },
            {
              name: 'Wrote',
              value: writes.length > 0 && (
                <span className="flex flex-wrap gap-x-3">
                  {writes.map((write) => (
                    <PickLink key={write.id} onPick={onPick} kind="artifact" id={write.path}>
                      {baseName(write.path)}
                    </PickLink>
                  ))}
                </span>
              ),
            },
          ]}
        />
        <ContentBlock sessionId={state.id} title="Arguments" content={call.arguments} />
        <ContentBlock sessionId={state.id} title="Result" content={call.result} />
        <Block title="Place in the source">
          <SourcePlace source={call.source} />
        </Block>
      </div>
    </>
  )
}
