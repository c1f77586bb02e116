import type { Source } from '@/lib/core/event'
import type { Draft } from './draft'
import { blocksOf, type RawUsage, type ToolUse } from './line'
import type { AgentStream, Entry } from './stream'
import { turnUsage } from './usage'

/**
 * A turn is one model call: one `message.id`, written as several lines, one a content block, each with
 * the usage as it stood. Tool results may stand between them. The last line has the last word.
 */
export interface OpenTurn {
  id: string
  startedAt: number
  lastAt: number
  lastLine: number
  lastUuid: string | undefined
  model: string | undefined
  source: Source
  lines: Set<string>
  texts: string[]
  thoughts: string[]
  visibleTokens: number
  /** Text not yet counted: most turns bring their own count. */
  uncounted: string[]
  usage: RawUsage | undefined
  stopReason: string | null | undefined
  apiError: boolean
  /** What has been told of its end; the line that did. */
  closedAtLine: number | undefined
  patience: number
}

type Finish = NonNullable<Extract<Draft, { type: 'turn.ended' }>['finish']>

export interface TurnOptions {
  countTokens(text: string): number
  tell(draft: Draft): void
}

export interface MadeCall {
  use: ToolUse
  /** The input as JSON. */
  args: string
}

/** Takes an assistant line into its turn and returns the tool calls it makes. */
export function takeAssistant(stream: AgentStream, entry: Entry, options: TurnOptions): { turn: OpenTurn; calls: MadeCall[] } {
  const id = turnIdOf(entry)
  if (stream.turn && stream.turn.id !== id) closeTurn(stream, options)
  const turn = stream.turn ?? reopened(stream, id) ?? begun(stream, entry, id, options)
  stream.turn = turn
  const mark = entry.uuid ?? `${entry.path}:${entry.line}`
  if (turn.lines.has(mark)) return { turn, calls: [] }
  turn.lines.add(mark)
  turn.lastAt = Math.max(turn.lastAt, entry.at)
  turn.lastLine = entry.line
  turn.lastUuid = entry.uuid
  turn.usage = entry.message.usage ?? turn.usage
  turn.stopReason = entry.message.stop_reason ?? turn.stopReason
  turn.apiError ||= entry.apiError
  turn.patience = 0
  const calls: MadeCall[] = []
  let answered = false
  for (const block of blocksOf(entry.message)) {
    if (block.type === 'text' && block.text.trim() !== '') {
      turn.texts.push(block.text)
      turn.uncounted.push(block.text)
      answered = true
    } else if (block.type === 'thinking' && block.thinking !== '') {
      turn.thoughts.push(block.thinking)
      turn.uncounted.push(block.thinking)
    } else if (block.type === 'tool_use') {
      const args = JSON.stringify(block.input)
      turn.uncounted.push(block.name, args)
      calls.push({ use: block, args })
    }
  }
  // an answer with a reason to stop is a message's last block: nobody has to wait for the next line
  if (answered && turn.stopReason != null && turn.stopReason !== 'tool_use') closeTurn(stream, options)
  else {
    options.tell({
      type: 'turn.streamed',
      id: `${entry.uuid ?? `${turn.id}:${entry.line}`}:streamed`,
      occurredAt: entry.at,
      order: entry.line,
      turnId: turn.id,
      agentId: stream.id,
    })
  }
  return { turn, calls }
}

export function turnIdOf(entry: Entry): string {
  return entry.message.id ?? entry.uuid ?? `line-${entry.line}`
}

function begun(stream: AgentStream, entry: Entry, id: string, options: TurnOptions): OpenTurn {
  const cause = stream.timeOf(entry.parentUuid) ?? stream.causeAt ?? entry.at
  const model = entry.message.model === '<synthetic>' ? undefined : entry.message.model
  const source: Source = { path: entry.path, line: entry.line, uuid: entry.uuid, messageId: entry.message.id }
  const turn: OpenTurn = {
    id,
    startedAt: Math.min(cause, entry.at),
    lastAt: entry.at,
    lastLine: entry.line,
    lastUuid: entry.uuid,
    model,
    source: withoutUndefined(source),
    lines: new Set(),
    texts: [],
    thoughts: [],
    visibleTokens: 0,
    uncounted: [],
    usage: undefined,
    stopReason: undefined,
    apiError: false,
    closedAtLine: undefined,
    patience: 0,
  }
  stream.keepTurn(turn)
  options.tell({
    type: 'turn.started',
    id: `${id}:turn.started`,
    occurredAt: turn.startedAt,
    order: entry.line,
    turnId: id,
    agentId: stream.id,
    ...(model === undefined ? {} : { model }),
    source: turn.source,
  })
  return turn
}

function reopened(stream: AgentStream, id: string): OpenTurn | undefined {
  return stream.recentTurn(id)
}

/** Tells the end of the turn being written. What comes later of the same message is told again. */
export function closeTurn(stream: AgentStream, options: TurnOptions, cancelled = false): void {
  const turn = stream.turn
  stream.turn = undefined
  if (!turn || turn.closedAtLine === turn.lastLine) return
  turn.closedAtLine = turn.lastLine
  const counted = turnUsage(turn.usage, turn.stopReason, () => visibleTokens(turn, options.countTokens))
  const output = turn.texts.join('\n\n')
  const reasoning = turn.thoughts.join('\n\n')
  const finish = cancelled ? 'cancelled' : finishOf(turn)
  options.tell({
    type: 'turn.ended',
    id: `${turn.lastUuid ?? `${turn.id}:${turn.lastLine}`}:turn.ended`,
    occurredAt: turn.lastAt,
    order: turn.lastLine + 0.9,
    turnId: turn.id,
    agentId: stream.id,
    ...(turn.model === undefined ? {} : { model: turn.model }),
    ...(counted ? { usage: counted.usage } : {}),
    ...(finish === undefined ? {} : { finish }),
    ...(output === '' ? {} : { output }),
    ...(reasoning === '' ? {} : { reasoning }),
    ...(counted?.recordedOutputTokens === undefined ? {} : { attributes: { recordedOutputTokens: counted.recordedOutputTokens } }),
    source: turn.source,
  })
}

function visibleTokens(turn: OpenTurn, countTokens: (text: string) => number): number {
  for (const text of turn.uncounted) turn.visibleTokens += countTokens(text)
  turn.uncounted = []
  return turn.visibleTokens
}

function finishOf(turn: OpenTurn): Finish | undefined {
  if (turn.apiError) return 'error'
  switch (turn.stopReason) {
    case 'tool_use':
      return 'tool_calls'
    case 'end_turn':
    case 'stop_sequence':
    case 'pause_turn':
      return 'stop'
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length'
    case 'refusal':
      return 'error'
    default:
      return undefined
  }
}

export function withoutUndefined<T extends object>(value: T): T {
  const copy = { ...value }
  for (const key of Object.keys(copy) as (keyof T)[]) if (copy[key] === undefined) delete copy[key]
  return copy
}
