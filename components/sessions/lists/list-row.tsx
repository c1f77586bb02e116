import type { ReactNode } from 'react'
import { howFar, phaseWords } from '@/components/inspector/intervention-words'
import { REASON_WORDS } from '@/components/inspector/set-aside'
import { KindBadge } from '@/components/sessions/kind-badge'
import { kindNoun, kindVerb } from '@/components/sessions/kinds'
import { agentName, baseName, taskName } from '@/components/sessions/names'
import { TaskStatusBadge } from '@/components/sessions/task-status'
import { formatClock, formatDuration } from '@/components/text/clock'
import { formatShort, plural } from '@/components/text/count'
import { Badge } from '@/components/ui/badge'
import { Sign } from '@/components/ui/sign'
import { contentPreview } from '@/lib/core/content'
import { type SessionState, taskStatus, turnOutputTokens } from '@/lib/core/session'
import { type CheckSide, commandOf } from './check-pairs'
import type { ListRow } from './rows'

interface Words {
  title: ReactNode
  detail: ReactNode
  badge?: ReactNode
}

interface Props {
  row: ListRow
  state: SessionState
  masters: ReadonlySet<string>
  /** What checks stand before and after, by their call. */
  pairs: ReadonlyMap<string, CheckSide[]> | undefined
}

export function ListRowBody({ row, state, masters, pairs }: Props) {
  const { title, detail, badge } = wordsOf(row, state, masters, pairs)
  return (
    <>
      <span className="w-[3.75rem] shrink-0 pt-px font-mono text-xs text-quiet">
        {row.at === undefined || state.firstAt === undefined ? '—' : formatClock(row.at - state.firstAt)}
      </span>
      <span className="min-w-0 flex-1">
        <span className="block truncate text-sm">{title}</span>
        <span className="block truncate text-xs text-quiet">{detail}</span>
      </span>
      {badge}
    </>
  )
}

function wordsOf(row: ListRow, state: SessionState, masters: ReadonlySet<string>, pairs: Props['pairs']): Words {
  switch (row.kind) {
    case 'intervention': {
      const { finding, aside } = row
      const [verb, after] = kindVerb(finding.kind)
      const task = state.tasks.get(finding.taskId)
      const object = finding.artifact === undefined ? (task ? taskName(task) : finding.taskId) : baseName(finding.artifact)
      return {
        title: (
          <span className={aside ? 'text-quiet line-through' : undefined}>
            {agentName(state, finding.master.agentId)} {verb} <strong className="font-semibold">{object}</strong>
            {after}
          </span>
        ),
        detail: aside ? `set aside · ${REASON_WORDS[aside.reason]}` : `${agentName(state, finding.assigneeId)} · ${howFar(finding) || phaseWords(finding)}`,
        badge: <KindBadge kind={finding.kind} aside={aside !== undefined} />,
      }
    }
    case 'turn': {
      const { turn, called } = row
      const tokens = turnOutputTokens(turn)
      const words = turn.output === undefined ? '' : contentPreview(turn.output)
      const running = turn.endedAt === undefined && state.facts.endedAt === undefined
      return {
        title: (
          <>
            <Agent state={state} id={turn.agentId} masters={masters} />
            {words ? <span className="ml-2">{words}</span> : called.length > 0 && <span className="ml-2 text-quiet">{[...new Set(called)].join(', ')}</span>}
          </>
        ),
        detail: [
          tokens === undefined ? 'tokens not known' : `${turn.usage?.estimated ? '~' : ''}${plural(tokens, 'token')}`,
          turn.startedAt !== undefined && turn.endedAt !== undefined && formatDuration(turn.endedAt - turn.startedAt),
          turn.model,
        ]
          .filter(Boolean)
          .join(' · '),
        badge: running ? (
          <Badge tone="agent">running</Badge>
        ) : turn.finish === 'cancelled' || turn.finish === 'error' ? (
          <Badge>{turn.finish}</Badge>
        ) : undefined,
      }
    }
    case 'task': {
      const { task } = row
      return {
        title: taskName(task),
        detail: (
          <>
            {agentName(state, task.by)} → {agentName(state, task.to)}
            {task.delegatedAt !== undefined && task.endedAt !== undefined && ` · ${formatDuration(task.endedAt - task.delegatedAt)}`}
          </>
        ),
        badge: <TaskStatusBadge status={taskStatus(task)} />,
      }
    }
    case 'artifact': {
      const { artifact } = row
      return {
        title: <strong className="font-semibold">{baseName(artifact.path)}</strong>,
        detail: `${plural(artifact.writes, 'write')} by ${artifact.writers.map((id) => agentName(state, id)).join(', ')} · ${artifact.path}`,
        badge: artifact.hits > 0 ? <Badge tone="destroyed">{artifact.hits} hit</Badge> : undefined,
      }
    }
    case 'call': {
      const { check, name } = row.call
      const counts =
        check &&
        [check.passed !== undefined && `${formatShort(check.passed)} passed`, check.failed !== undefined && `${formatShort(check.failed)} failed`].filter(
          Boolean,
        )
      return {
        title: (
          <>
            <Agent state={state} id={row.call.agentId} masters={masters} />
            <span className="ml-2">{check?.tool ?? name ?? 'check'}</span>
            {(pairs?.get(row.call.id) ?? []).slice(0, 1).map((pair) => (
              <span key={pair.finding.id} className="ml-2 text-xs text-quiet">
                {pairWords(pair)}
              </span>
            ))}
          </>
        ),
        detail: [check?.kind, ...(counts || []), commandOf(row.call)].filter(Boolean).join(' · '),
        badge:
          check?.ok === undefined ? (
            <Badge>outcome not known</Badge>
          ) : check.ok ? (
            <Badge tone="accepted">
              <Sign name="check" />
              passed
            </Badge>
          ) : (
            <Badge>
              <Sign name="cross" />
              failed
            </Badge>
          ),
      }
    }
    default: {
      const impossible: never = row
      return impossible
    }
  }
}

/** "before overwrite of schema.sql; failed after": what the same check said on the other side. */
function pairWords({ side, finding, other }: CheckSide): string {
  const object = finding.artifact === undefined ? '' : ` of ${baseName(finding.artifact)}`
  const said = other === undefined ? '' : `; ${other ? 'passed' : 'failed'} ${side === 'before' ? 'after' : 'before'}`
  return `${side} ${kindNoun(finding.kind)}${object}${said}`
}

function Agent({ state, id, masters }: { state: SessionState; id: string | undefined; masters: ReadonlySet<string> }) {
  return <span className={`font-medium ${id === undefined ? 'text-unknown' : masters.has(id) ? 'text-master' : 'text-agent'}`}>{agentName(state, id)}</span>
}
