import type { OtlpLog, OtlpSpan } from '../otlp/span'
import { countOf, printed, textOf } from '../spans/json'
import type { Work } from '../spans/work'
import type { Dialect, Reading } from './dialect'
import { usageOf } from './usage'

/**
 * Claude Code's own telemetry (CLAUDE_CODE_ENABLE_TELEMETRY=1): log events, and spans of the beta. The main
 * thread is called `main`, as in its transcripts; a call has the id that the transcript gives it.
 */
export const claudeCode: Dialect = { name: 'claude-code', read }

const MAIN = 'main'

function read(span: OtlpSpan): Reading | undefined {
  const { attributes, name } = span
  if (!name.startsWith('claude_code.')) return undefined
  const session = sessionOf(attributes, span.resource)
  const agent = agentOf(attributes)
  const parentAgent = agent.name === MAIN ? undefined : (textOf(attributes.parent_agent_id) ?? MAIN)
  const reading: Reading = { session, provider: 'anthropic' }
  switch (name) {
    case 'claude_code.interaction':
      // a turn of the conversation: its agent is the main thread
      return { ...reading, kind: 'agent', agent, input: textOf(attributes.user_prompt) ?? textOf(attributes.prompt) }
    case 'claude_code.llm_request': {
      const usage = usageOf(attributes, true)
      return {
        ...reading,
        kind: 'model',
        agent,
        ...(textOf(attributes.model) === undefined ? {} : { model: textOf(attributes.model) }),
        ...(usage ? { usage } : {}),
      }
    }
    case 'claude_code.tool': {
      const args =
        printed(attributes.tool_input) ??
        printed(attributes.tool_parameters) ??
        (attributes.file_path === undefined ? undefined : JSON.stringify({ file_path: attributes.file_path }))
      const callId = textOf(attributes.tool_use_id)
      const result = printed(attributes.tool_output) ?? printed(attributes.tool_result)
      return {
        ...reading,
        kind: 'tool',
        agent,
        tool: {
          name: textOf(attributes.tool_name) ?? 'tool',
          ...(callId === undefined ? {} : { callId }),
          ...(args === undefined ? {} : { arguments: args }),
          ...(result === undefined ? {} : { result }),
        },
      }
    }
    default:
      return /subagent|agent\b/.test(name) && agent.name !== MAIN ? { ...reading, kind: 'agent', agent, parentAgent } : { ...reading, kind: 'container' }
  }
}

/** One log event as work; undefined when it tells of nobody's work. */
export function workOfClaudeLog(log: OtlpLog): Work | undefined {
  const { attributes, at } = log
  const kind = log.name.replace(/^claude_code\./, '')
  const session = sessionOf(attributes, log.resource)
  if (session.conversation === undefined) return undefined
  const sequence = countOf(attributes['event.sequence']) ?? Math.round(at)
  const duration = countOf(attributes.duration_ms) ?? 0
  const agent = agentOf(attributes)
  const base = {
    traceId: `claude-code-logs:${session.conversation}`,
    id: `${kind}-${sequence}`,
    name: log.name,
    startedAt: at - duration,
    endedAt: at,
    session,
    agent,
    source: {},
  }
  switch (kind) {
    case 'api_request': {
      const usage = usageOf(attributes, true)
      return {
        ...base,
        kind: 'model',
        provider: 'anthropic',
        ...(textOf(attributes.model) === undefined ? {} : { model: textOf(attributes.model) }),
        ...(usage ? { usage } : {}),
      }
    }
    case 'api_error':
      return {
        ...base,
        kind: 'model',
        provider: 'anthropic',
        outcome: 'error',
        trouble: textOf(attributes.error) ?? 'the request failed',
        ...(textOf(attributes.model) === undefined ? {} : { model: textOf(attributes.model) }),
      }
    case 'tool_result': {
      const callId = textOf(attributes.tool_use_id)
      const args = printed(attributes.tool_input) ?? printed(attributes.tool_parameters)
      const ok = attributes.success === true || attributes.success === 'true'
      return {
        ...base,
        kind: 'tool',
        outcome: ok ? 'ok' : 'error',
        ...(textOf(attributes.error) === undefined ? {} : { trouble: textOf(attributes.error) }),
        tool: { name: textOf(attributes.tool_name) ?? 'tool', ...(callId === undefined ? {} : { callId }), ...(args === undefined ? {} : { arguments: args }) },
      }
    }
    default:
      return undefined
  }
}

function agentOf(attributes: Record<string, unknown>): { name: string; type?: string } {
  const id = textOf(attributes.agent_id) ?? textOf(attributes['agent.id'])
  const type = textOf(attributes.subagent_type) ?? textOf(attributes['agent.type'])
  return { name: id ?? MAIN, ...(type === undefined ? {} : { type }) }
}

function sessionOf(attributes: Record<string, unknown>, resource: Record<string, unknown>): Work['session'] {
  const conversation = textOf(attributes['session.id']) ?? textOf(resource['session.id'])
  return { framework: 'claude-code', ...(conversation === undefined ? {} : { conversation }) }
}
