import type { Alert, NotifyRule } from '@/lib/core/notify/rule'
import { ownName, projectOf } from '@/lib/core/project'
import type { SessionSummary } from '@/lib/live/protocol'

export const SHAPES = ['json', 'slack'] as const
export type Shape = (typeof SHAPES)[number]

const LONGEST_TITLE = 200

export interface Told {
  rule: NotifyRule
  /** Undefined: a test, about no session. */
  about: { session: SessionSummary; alert: Alert } | undefined
  /** ms since 1970. */
  at: number
  /** Where people reach this server; undefined when it does not know. */
  publicUrl: string | undefined
}

/** The body that is sent, JSON; docs/webhooks.md says what is in it. */
export function messageOf(shape: Shape, told: Told): string {
  const { rule, about, at, publicUrl } = told
  const title = about && (about.session.title ?? ownName(about.session.id)).slice(0, LONGEST_TITLE)
  const link = about && publicUrl !== undefined ? new URL(`/sessions/${encodeURIComponent(about.session.id)}`, publicUrl).href : undefined
  const says = about?.alert.says ?? 'A test of this webhook: it works.'
  switch (shape) {
    case 'json': {
      const session = about?.session
      return JSON.stringify({
        type: about ? 'alert' : 'test',
        at: new Date(at).toISOString(),
        rule,
        text: title === undefined ? says : `${title}: ${says}${about?.session.simulated ? ' (simulated)' : ''}`,
        ...(session && {
          session: {
            id: session.id,
            project: projectOf(session.id),
            title: session.title,
            ...(link === undefined ? {} : { url: link }),
            simulated: session.simulated,
            masterModel: session.masterModel,
            framework: session.framework,
            startedAt: isoOf(session.startedAt),
            lastHeardAt: isoOf(session.receivedAt),
            agents: session.agents,
            tasks: session.tasks,
            tasksCutShort: session.tasksCutShort,
            interventions: session.interventions,
          },
        }),
      })
    }
    case 'slack': {
      const name = title === undefined ? 'Backseat' : link === undefined ? `*${escapeSlack(title)}*` : `<${link}|${escapeSlack(title)}>`
      return JSON.stringify({ text: `${name}: ${escapeSlack(says)}${about?.session.simulated ? ' (simulated)' : ''}` })
    }
    default: {
      const impossible: never = shape
      throw new Error(`a shape that nobody knows: ${String(impossible)}`)
    }
  }
}

function isoOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString()
}

/** Slack's own three characters; stars and such would be marks, and a title may hold any. */
function escapeSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[*_~`|]/g, ' ')
}
