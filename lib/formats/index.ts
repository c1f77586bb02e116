import { ag2 } from './ag2'
import { assistants } from './assistants'
import { atif } from './atif'
import { autogen } from './autogen'
import { claudeCode } from './claude-code'
import { claudeCodeStream } from './claude-code-stream'
import { codex } from './codex'
import { copilotCli } from './copilot-cli'
import { crewai } from './crewai'
import { devin } from './devin'
import type { Companion, Format, Sample } from './format'
import { geminiCli } from './gemini-cli'
import { googleAdk } from './google-adk'
import { langfuse } from './langfuse'
import { langsmith } from './langsmith'
import { magenticOne } from './magentic-one'
import { native } from './native'
import { openaiAgents } from './openai-agents'
import { opencode } from './opencode'
import { openhands } from './openhands'
import { otlp } from './otlp'
import { sweAgent } from './swe-agent'
import { whyUnknown } from './unknown'

/** Every format that we read. To add one: a file, a fixture folder, a line here. */
export const FORMATS: readonly Format[] = [
  native,
  claudeCode,
  codex,
  copilotCli,
  geminiCli,
  autogen,
  magenticOne,
  ag2,
  openhands,
  langfuse,
  googleAdk,
  atif,
  opencode,
  sweAgent,
  devin,
  assistants,
  otlp,
  openaiAgents,
  crewai,
  langsmith,
  claudeCodeStream,
]

/** Below this a format does not claim a file. */
const CLAIM = 0.5

export type Recognised =
  | { kind: 'format'; format: Format }
  /** Lies beside a trace; `format` takes it when `companion.read`. */
  | { kind: 'companion'; format: Format; companion: Companion }
  | { kind: 'empty' }
  | { kind: 'unknown'; why: string }

/** Whose a file is. With its name hidden (no `path`) exactly one format may claim it. */
export function recognise(sample: Sample): Recognised {
  if (sample.path !== undefined) {
    for (const format of FORMATS) {
      const companion = format.companion?.(sample.path)
      if (companion) return { kind: 'companion', format, companion }
    }
  }
  if (sample.head.trim() === '') return { kind: 'empty' }
  const claims = FORMATS.map((format) => ({ format, ...format.detect(sample) })).sort((a, b) => b.score - a.score)
  const best = claims[0]
  if (best && best.score >= CLAIM) return { kind: 'format', format: best.format }
  return { kind: 'unknown', why: whyUnknown(sample.head, claims) }
}
