'use client'

import dynamic from 'next/dynamic'
import { memo } from 'react'
import { useSharedSource } from '@/components/providers/session-source'
import { AsOf, WholeRun } from '@/components/sessions/whole-run'
import { EmptyState } from '@/components/ui/notes'
import type { AgentId, CallId, EventId, TaskId, TurnId } from '@/lib/core/ids'
import type { SessionStore } from '@/lib/live/session-store'
import type { Selection } from '@/lib/view/view'
import { AgentPanel } from './agent-panel'
import { ArtifactPanel } from './artifact-panel'
import { CallPanel } from './call-panel'
import { InterventionPanel } from './intervention-panel'
import { MessagePanel } from './message-panel'
import { Overview } from './overview'
import type { PanelProps } from './panel'
import { TaskPanel } from './task-panel'
import { TurnPanel } from './turn-panel'

const Comments = dynamic(() => import('@/components/comments/comments').then((module) => module.Comments), { ssr: false })

const DeleteSession = dynamic(() => import('@/components/sessions/delete-session').then((module) => module.DeleteSession), { ssr: false })

/** What is selected, whatever it is. Keyed by it, so that "show all" of one thing is not that of the next. */
export const Inspector = memo(function Inspector({ selection, ...props }: PanelProps & { selection: Selection | undefined }) {
  const shared = useSharedSource() !== undefined
  const on = selection ? (selection.kind === 'turn' || selection.kind === 'intervention' ? { kind: selection.kind, id: selection.id } : undefined) : WHOLE
  return (
    <div key={selection ? `${selection.kind} ${selection.id}` : ''}>
      {props.store.whole && selection ? <AtMoment {...props} whole={props.store.whole} selection={selection} /> : panelOf(selection, props)}
      {on && !shared && <Comments sessionId={props.store.state.id} on={on} />}
      {!selection && !shared && <DeleteSession sessionId={props.store.state.id} />}
    </div>
  )
})

/** In a replay: what its moment knows of the selection; of what comes later, the whole run, which says so. */
function AtMoment({ selection, whole, ...props }: PanelProps & { selection: Selection; whole: SessionStore }) {
  const there = isThere(selection, props.store)
  const wholeRun = !there || selection.kind === 'intervention' || selection.kind === 'artifact' || selection.kind === 'write'
  return (
    <>
      <p className="flex items-center gap-2 px-5 pt-3 text-xs text-quiet" data-later={!there}>
        {wholeRun ? <WholeRun /> : <AsOf store={props.store} />}
        {!there && isThere(selection, whole) && 'The replay has not come to this yet.'}
      </p>
      {panelOf(selection, there ? props : { ...props, store: whole })}
    </>
  )
}

function isThere({ kind, id }: Selection, { state, findings }: SessionStore): boolean {
  switch (kind) {
    case 'intervention':
      return findings.has(id)
    case 'turn':
      return state.turns.has(id as TurnId)
    case 'call':
      return state.calls.has(id as CallId)
    case 'task':
      return state.tasks.has(id as TaskId)
    case 'agent':
      return state.agents.has(id as AgentId)
    case 'write':
      return state.writes.has(id as EventId)
    case 'message':
      return state.messages.has(id as EventId)
    case 'artifact':
      return [...state.writes.values()].some((write) => write.path === id || write.from === id)
    default: {
      const impossible: never = kind
      return impossible
    }
  }
}

const WHOLE = { kind: 'session', id: '' } as const

function panelOf(selection: Selection | undefined, props: PanelProps) {
  const { state, findings } = props.store
  if (!selection) return <Overview {...props} />
  const { kind, id } = selection
  switch (kind) {
    case 'intervention': {
      const finding = findings.get(id)
      return finding ? <InterventionPanel {...props} finding={finding} /> : <Missing {...selection} />
    }
    case 'turn': {
      const turn = state.turns.get(id as TurnId)
      return turn ? <TurnPanel {...props} turn={turn} /> : <Missing {...selection} />
    }
    case 'call': {
      const call = state.calls.get(id as CallId)
      return call ? <CallPanel {...props} call={call} /> : <Missing {...selection} />
    }
    case 'task': {
      const task = state.tasks.get(id as TaskId)
      return task ? <TaskPanel {...props} task={task} /> : <Missing {...selection} />
    }
    case 'agent': {
      const agent = state.agents.get(id as AgentId)
      return agent ? <AgentPanel {...props} agent={agent} /> : <Missing {...selection} />
    }
    case 'artifact':
      return <ArtifactPanel {...props} path={id} />
    case 'write': {
      const write = state.writes.get(id as EventId)
      return write ? <ArtifactPanel {...props} path={write.path} /> : <Missing {...selection} />
    }
    case 'message': {
      const message = state.messages.get(id as EventId)
      return message ? <MessagePanel {...props} message={message} /> : <Missing {...selection} />
    }
    default: {
      const impossible: never = kind
      return impossible
    }
  }
}

function Missing({ kind, id }: Selection) {
  return (
    <EmptyState title={`No such ${kind} here`}>
      <p>
        The link names <code className="break-all">{id}</code>, which this session does not hold, or not yet. If it arrives, it shows here.
      </p>
    </EmptyState>
  )
}
