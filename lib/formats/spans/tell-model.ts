import type { EventInput } from '@/lib/core/event'
import { clip } from '../claude-code/draft'
import { introduced, taskOf } from './introduce'
import { name } from './names'
import { Sheet, type Telling } from './sheet'
import { innerModelOf, type Node, type Owner, outerModelOf } from './trace'
import type { Work } from './work'

/** A call of the model: a turn. */
export function tellModel(node: Node, owner: Owner, telling: Telling): EventInput[] {
  const outer = outerModelOf(node)
  if (!node.isTurn && (outer?.isTurn || innerModelOf(node))) return []
  node.isTurn = true
  const work = outer ? completed(node.work, outer.work) : node.work
  const sheet = new Sheet(node, telling)
  const agentId = introduced(node, owner, sheet)
  const taskId = taskOf(owner, telling, node)
  const about = { turnId: name(work.id), ...(taskId === undefined ? {} : { taskId }), ...(work.model === undefined ? {} : { model: clip(work.model, 200) }) }
  const started = { type: 'turn.started' as const, occurredAt: work.startedAt, agentId, ...about, source: work.source }
  const before = node.toldWith
  sheet.tell('started', started)
  if (before && before.taskId !== taskId) sheet.tell(`started:for:${taskId ?? ''}`, started)
  node.toldWith = { taskId }
  if (work.endedAt !== undefined) {
    sheet.tell('ended', {
      type: 'turn.ended',
      occurredAt: work.endedAt,
      agentId,
      ...about,
      ...(work.usage ? { usage: work.usage } : {}),
      ...finishOf(work),
      ...(work.output === undefined ? {} : { output: work.output }),
      ...(work.reasoning === undefined ? {} : { reasoning: work.reasoning }),
      ...attributesOf(work),
      source: work.source,
    })
    // content that came by another way, after the span
    if (work.output !== undefined && node.answered === false)
      sheet.tell('ended:content', { type: 'turn.ended', occurredAt: work.endedAt, turnId: name(work.id), output: work.output })
    node.answered ??= work.output !== undefined
    if (work.usage && node.metered === false)
      sheet.tell('ended:usage', { type: 'turn.ended', occurredAt: work.endedAt, turnId: name(work.id), usage: work.usage })
    node.metered ??= work.usage !== undefined
  }
  return sheet.events
}

/** What an outer layer knows of the same call, where the inner one does not say it. */
function completed(work: Work, outer: Work): Work {
  const { model, usage, finish, output, reasoning } = outer
  return {
    ...work,
    model: work.model ?? model,
    usage: work.usage ?? usage,
    finish: work.finish ?? finish,
    output: work.output ?? output,
    reasoning: work.reasoning ?? reasoning,
  }
}

function finishOf(work: Work): { finish?: NonNullable<Work['finish']> } {
  const finish = work.outcome === 'cancelled' ? 'cancelled' : work.outcome === 'error' ? 'error' : work.finish
  return finish === undefined ? {} : { finish }
}

function attributesOf(work: Work): { attributes?: Record<string, string | number | boolean> } {
  const attributes = { ...work.attributes, ...(work.trouble === undefined ? {} : { error: work.trouble.slice(0, 2000) }) }
  return Object.keys(attributes).length > 0 ? { attributes } : {}
}
