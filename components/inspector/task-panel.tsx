'use client'

import { costOf, costWords, usePrices } from '@/components/sessions/costs'
import { agentName, taskName } from '@/components/sessions/names'
import { outputByTask } from '@/components/sessions/output-by-task'
import { TaskStatusBadge } from '@/components/sessions/task-status'
import { formatDuration, formatExact } from '@/components/text/clock'
import { formatCount, plural } from '@/components/text/count'
import { Badge } from '@/components/ui/badge'
import { type Task, taskStatus } from '@/lib/core/session'
import { FactTable } from './facts'
import type { PanelProps } from './panel'
import { CopyLink, PanelHead } from './panel-head'
import { PickLink } from './pick'
import { Block, ContentBlock } from './text-block'
import { TouchedBy } from './touched-by'
import { AgentLink, NotKnown } from './turn-panel'

export function TaskPanel({ store, task, onPick, onCopyLink, onClose }: PanelProps & { task: Task }) {
  const { state } = store
  const prices = usePrices()
  const own = [...state.turns.values()].filter((turn) => turn.taskId === task.id)
  const turns = own.length
  const tokens = outputByTask(state).get(task.id)
  const subtasks = [...state.tasks.values()].filter((other) => other.parentTaskId === task.id)
  const messages = [...state.messages.values()].filter((message) => message.taskId === task.id).sort((a, b) => a.at - b.at || a.order - b.order)
  return (
    <>
      <PanelHead badge={<Badge tone="agent">task</Badge>} title={taskName(task)} onClose={onClose} actions={<CopyLink onClick={onCopyLink} />} />
      <div className="border-t px-5 py-4">
        <TouchedBy store={store} onPick={onPick} matches={(finding) => finding.taskId === task.id} />
        <FactTable
          facts={[
            { name: 'Delegated by', value: task.by ? <AgentLink store={store} id={task.by} onPick={onPick} /> : <NotKnown /> },
            { name: 'To', value: task.to ? <AgentLink store={store} id={task.to} onPick={onPick} /> : <NotKnown /> },
            { name: 'State', value: <TaskStatusBadge status={taskStatus(task)} /> },
            { name: 'Because', value: task.endReason },
            { name: 'Delegated', value: task.delegatedAt === undefined ? <NotKnown /> : formatExact(task.delegatedAt) },
            { name: 'Took', value: task.delegatedAt === undefined || task.endedAt === undefined ? undefined : formatDuration(task.endedAt - task.delegatedAt) },
            {
              name: 'Clocks',
              value: [tokens !== undefined && `${formatCount(tokens)} output tokens`, turns > 0 && plural(turns, 'turn')].filter(Boolean).join(', ') || (
                <NotKnown />
              ),
            },
            { name: 'Cost', value: costWords(costOf(own, state, prices)) },
            { name: 'In background', value: task.background && 'yes: the master goes on meanwhile' },
            { name: 'To make', value: task.outputs && task.outputs.length > 0 && <code className="text-xs">{task.outputs.join(', ')}</code> },
            {
              name: 'Part of',
              value: task.parentTaskId && (
                <PickLink onPick={onPick} kind="task" id={task.parentTaskId}>
                  {nameOf(task.parentTaskId)}
                </PickLink>
              ),
            },
            { name: 'Evidence', value: task.evidence?.kind === 'inferred' && `inferred${task.evidence.how ? `: ${task.evidence.how}` : ''}` },
          ]}
        />
        <ContentBlock sessionId={state.id} title="Brief" content={task.brief} />
        <ContentBlock sessionId={state.id} title="Result" content={task.result} />
        {messages.map((message) => (
          <ContentBlock
            key={message.id}
            sessionId={state.id}
            title={`${agentName(state, message.from)}: ${message.purpose.replace('_', ' ')}`}
            content={message.text}
          />
        ))}
        {subtasks.length > 0 && (
          <Block title={`${plural(subtasks.length, 'task')} inside`}>
            <ul className="divide-y rounded-md border">
              {subtasks.map((other) => (
                <li key={other.id} className="flex items-center justify-between gap-2 px-3 py-1.5 text-sm">
                  <PickLink onPick={onPick} kind="task" id={other.id}>
                    {taskName(other)}
                  </PickLink>
                  <TaskStatusBadge status={taskStatus(other)} />
                </li>
              ))}
            </ul>
          </Block>
        )}
      </div>
    </>
  )

  function nameOf(id: Task['id']): string {
    const other = state.tasks.get(id)
    return other ? taskName(other) : id
  }
}
