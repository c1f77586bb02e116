import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { FORMATS } from '@/lib/formats'
import { countTokens } from '@/lib/formats/count-tokens'
import type { Format } from '@/lib/formats/format'
import { batchOfJson, OTLP_PREFIX, OtlpReader, readTraces } from '@/lib/formats/otlp'
import { COMPANY, jsonRequest, protobufRequest } from '@/lib/formats/otlp/testing/spans'
import { WorkTree } from '@/lib/formats/spans/work-tree'

/** How fast a format is read, in processor time of the process: a busy machine changes it less than the clock. */
export interface DecodeResult {
  format: string
  /** Read in a round. */
  bytes: number
  /** Told in a round. */
  events: number
  /** Only where the format has spans (or runs, or observations). */
  spans?: number
  /** Processor seconds of a round, the median. */
  seconds: number
  yardstick: 'JSON.parse' | 'the decoder alone'
  yardstickSeconds: number
}

/** So much of each format is read in a round. */
const ROUND_BYTES = 1_500_000
const TRACES = 400

interface Load {
  format: string
  bytes: number
  spans?: number
  /** Answers how many events were told. */
  decode(): number
  yardstick: DecodeResult['yardstick']
  compare(): void
}

export function benchDecode(root: string, options: { rounds: number }): DecodeResult[] {
  const loads = [...served(), ...FORMATS.map((format) => ofFixtures(root, format)).filter((load) => load !== undefined)]
  return loads.map((load) => {
    const taken: number[] = []
    const compared: number[] = []
    // twice to warm up; then in turns, so that whatever else the machine does hits both
    let events = load.decode()
    load.compare()
    load.decode()
    load.compare()
    for (let round = 0; round < options.rounds; round++) {
      compared.push(secondsOf(() => load.compare()))
      taken.push(
        secondsOf(() => {
          events = load.decode()
        }),
      )
    }
    const { format, bytes, spans, yardstick } = load
    const result: DecodeResult = {
      format,
      bytes,
      events,
      ...(spans === undefined ? {} : { spans }),
      seconds: median(taken),
      yardstick,
      yardstickSeconds: median(compared),
    }
    console.error(`  ${format}: ${(bytes / result.seconds / 1e6).toFixed(1)} MB/s, ${(result.seconds / result.yardstickSeconds).toFixed(1)} times ${yardstick}`)
    return result
  })
}

/** OTLP as a server reads it: to events, told as they come. */
function served(): Load[] {
  const spans = Array.from({ length: TRACES }, (_, trace) => COMPANY.map((span) => ({ ...span, trace: trace + 1 }))).flat()
  const text = JSON.stringify(jsonRequest(spans))
  const packed = protobufRequest(spans)
  const tell = (batch: ReturnType<typeof batchOfJson>) => {
    const tree = new WorkTree({ prefix: OTLP_PREFIX, format: 'otlp', whole: false })
    for (const work of new OtlpReader().read(batch).works) tree.take(work)
    return tree.tell().length
  }
  return [
    {
      format: 'otlp, protobuf, as served',
      bytes: packed.length,
      spans: spans.length,
      decode: () => tell(readTraces(packed)),
      yardstick: 'the decoder alone',
      compare: () => void readTraces(packed),
    },
    {
      format: 'otlp, JSON, as served',
      bytes: Buffer.byteLength(text),
      spans: spans.length,
      decode: () => tell(batchOfJson(JSON.parse(text))),
      yardstick: 'JSON.parse',
      compare: () => void JSON.parse(text),
    },
  ]
}

/** What a span is called where a format has them; counted in the text. */
const SPANS: Readonly<Record<string, RegExp>> = {
  otlp: /"span_?[iI]d"/g,
  langfuse: /"parentObservationId"/g,
  langsmith: /"run_type"/g,
  'openai-agents': /"object": ?"trace\.span"/g,
}

/** The format's fixtures as many imports, a decoder for each: ids of one do not meet those of another. */
function ofFixtures(root: string, format: Format): Load | undefined {
  const folder = join(root, 'fixtures', format.name)
  const imports = readdirSync(folder)
    .filter((name) => statSync(join(folder, name)).isDirectory())
    .map((name) =>
      filesBelow(join(folder, name))
        .filter((path) => !/(?:about\.md|expected\.txt)$/.test(path))
        .map((path) => ({ path: relative(folder, path), text: readFileSync(path, 'utf8') })),
    )
    // a broken line, or a log's prefix, stops the yardstick, not the decoder
    .filter((files) => files.length > 0 && files.every(({ text }) => parseAll(text)))
  const texts = imports.flat().map(({ text }) => text)
  const size = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
  if (size === 0) return undefined
  const copies = Math.ceil(ROUND_BYTES / size)
  const mark = SPANS[format.name]
  const spans = mark && texts.reduce((sum, text) => sum + (text.match(mark)?.length ?? 0), 0)
  return {
    format: format.name,
    bytes: size * copies,
    ...(spans === undefined ? {} : { spans: spans * copies }),
    decode() {
      let events = 0
      for (let copy = 0; copy < copies; copy++)
        for (const files of imports) {
          const decoder = format.decoder({ countTokens })
          for (const { path, text } of files) events += decoder.push({ path, text, firstLine: 1, final: true }).events.length
          events += decoder.end().events.length
        }
      return events
    },
    yardstick: 'JSON.parse',
    compare() {
      for (let copy = 0; copy < copies; copy++) for (const text of texts) parseAll(text)
    },
  }
}

/** The text as one JSON value, else a value a line; false when it is neither. */
function parseAll(text: string): boolean {
  try {
    if (/^\s*\{[^\n]*\}\s*\n\s*\{/.test(text)) for (const line of text.split('\n')) line.trim() === '' || JSON.parse(line)
    else JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

function secondsOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}
