import { type Document, DocumentDecoder, outline } from '../documents'
import { isRecord, type JsonRecord, list, record, shown, text, word } from '../foreign'
import type { Companion, Decoded, Decoder, Detection, FileChunk, Format, Sample } from '../format'
import { nameOfText, Sink } from '../telling'
import { readLegacy } from './legacy'
import { isPrompt, isResponse, LlmLog } from './llm-log'
import { readSdk } from './sdk'

/**
 * OpenHands: event lists and event files of the first generation, `output.jsonl` of its evaluations, event
 * files of the SDK, and the prompt and response logs of its delegating agent.
 */
export const openhands: Format = {
  name: 'openhands',
  title: 'OpenHands events',
  lies: 'trajectories, event folders, output.jsonl of evaluations',
  shape: 'events with "action" and "args", or with the SDK’s "kind"',
  detect,
  companion,
  group,
  decoder: () => new OpenHandsDecoder(),
}

const SDK_KINDS =
  /"kind"\s*:\s*"(ActionEvent|ObservationEvent|MessageEvent|SystemPromptEvent|AgentErrorEvent|UserRejectObservation|ConversationStateUpdateEvent|Condensation|PauseEvent)"/

function detect(sample: Sample): Detection {
  if (isPrompt(sample.head) || isResponse(sample.head)) return { score: 0.8 }
  const { keys } = outline(sample.head, 3)
  const [top, inner] = [keys[0] as Set<string>, keys[1] as Set<string>]
  if (SDK_KINDS.test(sample.head) && top.has('kind') && top.has('source') && top.has('timestamp')) return { score: 0.9 }
  const event = (found: Set<string>) => (found.has('action') || found.has('observation')) && (found.has('args') || found.has('extras')) && found.has('source')
  if (event(top)) return { score: 0.9 }
  if (top.has('history') && event(inner)) return { score: 0.9 }
  // older evaluations flatten the arguments into the event
  if (
    top.has('history') &&
    (top.has('git_patch') || top.has('instance_id') || top.has('test_result')) &&
    (inner.has('action') || inner.has('observation') || /"history"\s*:\s*\[\s*\[/.test(sample.head))
  ) {
    return { score: 0.9 }
  }
  // the history may lie beyond what is looked at
  if (top.has('instruction') && top.has('history') && top.has('git_patch')) return { score: 0.8 }
  return { score: 0, missing: 'no event has "action" and "args" or "observation" and "extras" with a "source", and none has a "kind" of the SDK' }
}

function companion(path: string): Companion | undefined {
  if (/\/(base_state|meta)\.json$/.test(path) && /conversation/.test(path)) return { read: false, what: 'the settings of an OpenHands conversation' }
  return undefined
}

/** Event files of one conversation, and logs of one run, lie in one folder. */
function group(sample: Sample): string | undefined {
  const path = sample.path?.replaceAll('\\', '/')
  if (path === undefined) return undefined
  const conversation = /^(.*?)(?:\/subagents\/.*)?\/events\/[^/]+\.json$/.exec(path)?.[1]
  if (conversation !== undefined) return conversation
  if (/\/(?:event-\d+-[^/]*|\d+)\.json$/.test(`/${path}`)) return path.split('/').slice(0, -1).join('/')
  return /(^|\/)(prompt|response)_\d+\.log$/.test(path) ? path.split('/').slice(0, -1).join('/') : undefined
}

export interface Trace {
  id: string
  title: string | undefined
  events: { value: JsonRecord; path: string; line?: number }[]
  /** Cost of each model call, where an evaluation lists them. */
  costs: number[]
  success: boolean | undefined
}

class OpenHandsDecoder implements Decoder {
  private readonly sink = new Sink()
  private readonly documents = new DocumentDecoder('OpenHands file', (document) => this.document(document))
  private readonly logs = new Map<string, LlmLog>()
  private readonly texts = new Map<string, string>()
  /** Single events, each a file: by the folder of their conversation. */
  private readonly single = new Map<string, { events: Trace['events']; read: number }>()

  push(chunk: FileChunk): Decoded {
    const known = this.texts.get(chunk.path)
    if (chunk.firstLine === 1 ? isPrompt(chunk.text) || isResponse(chunk.text) : known !== undefined) {
      const whole = (chunk.firstLine === 1 ? '' : known) + chunk.text
      this.texts.set(chunk.path, whole)
      if (chunk.final) this.log(chunk.path, whole)
      return this.sink.take()
    }
    return this.joined(this.documents.push(chunk))
  }

  settle(): Decoded {
    this.finish()
    return this.sink.take()
  }

  end(): Decoded {
    const ended = this.joined(this.documents.end())
    for (const [path, whole] of this.texts) this.log(path, whole)
    for (const log of this.logs.values()) log.read(this.sink)
    this.finish()
    return this.joined(ended)
  }

  private joined(part: Decoded): Decoded {
    const own = this.sink.take()
    return { events: [...part.events, ...own.events], issues: [...part.issues, ...own.issues], skipped: part.skipped + own.skipped }
  }

  private log(path: string, whole: string): void {
    this.texts.delete(path)
    const folder = path.split(/[\\/]/).slice(0, -1).join('/')
    let log = this.logs.get(folder)
    if (!log) {
      log = new LlmLog(folder)
      this.logs.set(folder, log)
    }
    log.add(path, whole)
  }

  private document({ path, value, line }: Document): void {
    const place = { path, ...(line === undefined ? {} : { line }) }
    if (Array.isArray(value)) {
      const events = value.filter(isRecord).map((one) => ({ value: one, ...place }))
      this.trace({ id: nameOfText(JSON.stringify(value.slice(0, 2))), title: undefined, events, costs: [], success: undefined })
      return
    }
    if (!isRecord(value)) return
    const history = list(value, 'history')
    if (history.length > 0) {
      const events = history
        .flat()
        .filter(isRecord)
        .map((one) => ({ value: one, ...place }))
      const issue = `${word(value, 'issue', 'owner')}/${word(value, 'issue', 'repo')}#${shown(record(value, 'issue')?.number) ?? ''}`
      const id = word(value, 'instance_id') ?? (isRecord(value.issue) ? issue : nameOfText(JSON.stringify(history.slice(0, 2))))
      const costs = list(value, 'metrics', 'costs').map((cost) =>
        typeof cost === 'number' ? cost : isRecord(cost) && typeof cost.cost === 'number' ? cost.cost : Number.NaN,
      )
      this.trace({
        id,
        title: word(value, 'issue', 'title') ?? word(value, 'instance_id') ?? word(value, 'instruction'),
        events,
        costs,
        success: typeof value.success === 'boolean' ? value.success : undefined,
      })
      return
    }
    if (!('kind' in value) && !('action' in value) && !('observation' in value)) {
      this.sink.issues.push({
        code: 'no_events',
        severity: 'error',
        message: 'This file holds no events of OpenHands; export the trajectory, or give the folder of event files.',
        place,
      })
      return
    }
    const folder = group({ path, head: '' }) ?? path
    const single = this.single.get(folder) ?? { events: [], read: 0 }
    this.single.set(folder, single)
    const at = single.events.findIndex((one) => one.path === path && one.line === line)
    if (at >= 0) single.events[at] = { value, ...place }
    else single.events.push({ value, ...place })
  }

  private finish(): void {
    for (const [folder, single] of this.single) {
      if (single.read === single.events.length) continue
      single.read = single.events.length
      const events = [...single.events].sort((a, b) => stamp(a.value) - stamp(b.value) || (a.path < b.path ? -1 : 1))
      this.trace({
        id:
          folder
            .split('/')
            .filter((part) => part !== '' && part !== 'events')
            .at(-1) ?? folder,
        title: undefined,
        events,
        costs: [],
        success: undefined,
      })
    }
  }

  private trace(trace: Trace): void {
    if (trace.events.length === 0) return
    if (trace.events.some(({ value }) => typeof value.kind === 'string' && !('args' in value))) readSdk(trace, this.sink)
    else readLegacy(trace, this.sink)
  }
}

function stamp(value: JsonRecord): number {
  return Date.parse(text(value, 'timestamp') ?? '') || 0
}
