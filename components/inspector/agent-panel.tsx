'use client'

import { costOf, costWords, usePrices } from '@/components/sessions/costs'
import { agentName, mastersOf, modelOf, taskName } from '@/components/sessions/names'
import { TaskStatusBadge } from '@/components/sessions/task-status'
import { formatExact } from '@/components/text/clock'
import { formatCount, plural } from '@/components/text/count'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { type Agent, type Task, type Turn, taskStatus, turnOutputTokens } from '@/lib/core/session'
import { printKey } from '@/lib/view/keys'
import { toggled } from '@/lib/view/lanes'
import { clockFact } from './clock-fact'
import { FactTable } from './facts'
import type { PanelProps } from './panel'
import { PanelHead } from './panel-head'
import { PickLink } from './pick'
import { Block } from './text-block'
import { TouchedBy } from './touched-by'
import { AgentLink, NotKnown } from './turn-panel'

/** What a lane's head offers under a pointer, for fingers and keys. */
const LANE_DEEDS = [
  { list: 'pinned', command: 'pin', says: 'Pin on top' },
  { list: 'only', command: 'only', says: 'Only this lane' },
  { list: 'muted', command: 'leave-out', says: 'Leave out' },
] as const

export function AgentPanel({ store, agent, lanes, onLanes, onPick, onClose }: PanelProps & { agent: Agent }) {
  const { state } = store
  const isMaster = mastersOf(state).has(agent.id)
  const prices = usePrices()
  const own: Turn[] = []
  let turns = 0
  let tokens = 0
  let uncounted = 0
  let estimated = false
  for (const turn of state.turns.values()) {
    if (turn.agentId !== agent.id) continue
    own.push(turn)
    turns++
    const out = turnOutputTokens(turn)
    if (out === undefined) uncounted++
    else tokens += out
    estimated ||= turn.usage?.estimated === true
  }
  // agents are often named after their task: once is enough
  const direction = (task: Task) => {
    if (task.by !== agent.id) return 'given'
    const to = agentName(state, task.to)
    return to === taskName(task) ? 'to' : `to ${to}`
  }
  const tasks = [...state.tasks.values()].filter((task) => task.to === agent.id || task.by === agent.id)
  return (
    <>
      <PanelHead
        badge={
          <Badge tone={isMaster ? 'master' : 'agent'}>
            {agent.role === 'human' || agent.role === 'harness' ? agent.role : isMaster ? 'master' : 'sub-agent'}
          </Badge>
        }
        title={agentName(state, agent.id)}
        onClose={onClose}
      />
      <div className="border-t px-5 py-4">
        <div role="toolbar" aria-label="Its lane on the timeline" className="mb-4 flex flex-wrap gap-2">
          {LANE_DEEDS.map(({ list, command, says }) => (
            <Button
              key={list}
              className="pointer-coarse:min-h-10"
              hotkey={printKey(command)}
              pressed={lanes[list].includes(agent.id)}
              onClick={() => onLanes(toggled(lanes, list, agent.id))}
            >
              {says}
            </Button>
          ))}
        </div>
        {!agent.declared && <p className="mb-4 text-sm text-quiet">Only others mention this agent; the log holds no word of its own about it.</p>}
        <FactTable
          facts={[
            { name: 'Model', value: modelOf(state, agent) ?? <NotKnown /> },
            { name: 'Made for', value: agent.agentType },
            { name: 'Under', value: agent.parentId && <AgentLink store={store} id={agent.parentId} onPick={onPick} /> },
            { name: 'Joined', value: agent.joinedAt === undefined ? <NotKnown /> : formatExact(agent.joinedAt) },
            clockFact(store, agent.id),
            { name: 'Turns', value: formatCount(turns) },
            {
              name: 'Output tokens',
              value:
                turns === uncounted ? (
                  <NotKnown />
                ) : (
                  `${estimated ? '~' : ''}${formatCount(tokens)}${uncounted > 0 ? `, without ${plural(uncounted, 'turn')} that give none` : ''}`
                ),
            },
            { name: 'Cost', value: costWords(costOf(own, state, prices)) },
            { name: 'Id', value: <code className="text-xs">{agent.id}</code> },
            { name: 'Evidence', value: agent.evidence?.kind === 'inferred' && `inferred${agent.evidence.how ? `: ${agent.evidence.how}` : ''}` },
          ]}
        />
        <TouchedBy store={store} onPick={onPick} matches={(finding) => finding.master.agentId === agent.id || finding.assigneeId === agent.id} />
        {tasks.length > 0 && (
          <Block title={plural(tasks.length, 'task')}>
            <ul className="divide-y rounded-md border">
              {tasks.slice(0, 50).map((task) => (
                <li key={task.id} className="flex items-center gap-2 px-3 py-1.5 text-sm">
                  <span className="max-w-[45%] shrink-0 truncate text-xs text-quiet">{direction(task)}</span>
                  <span className="min-w-0 flex-1">
                    <PickLink onPick={onPick} kind="task" id={task.id}>
                      {taskName(task)}
                    </PickLink>
                  </span>
                  <TaskStatusBadge status={taskStatus(task)} />
                </li>
              ))}
              {tasks.length > 50 && <li className="px-3 py-1.5 text-xs text-quiet">and {formatCount(tasks.length - 50)} more in the list of tasks</li>}
            </ul>
          </Block>
        )}
      </div>
    </>
  )
}
