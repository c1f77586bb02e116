import { readFile, writeFile } from 'node:fs/promises'
import type { CompareResult } from './compare'
import type { DecodeResult } from './decode'
import type { FramesResult } from './frames'
import type { HugeResult } from './huge'
import type { IngestResult } from './ingest'
import type { LatencyResult } from './latency'
import type { OpeningResult } from './opening'
import type { PaintingResult, PixelsResult } from './painting'
import type { SearchResult } from './search'
import type { WireResult } from './wires'

export interface Report {
  at: string
  /** What a reader should know about this run. */
  note?: string
  machine: { cpu: string; cores: number; memoryGb: number; node: string; platform: string }
  ingest?: IngestResult[]
  latency?: LatencyResult[]
  wires?: WireResult[]
  decode?: DecodeResult[]
  opening?: OpeningResult[]
  compare?: CompareResult
  search?: SearchResult
  painting?: PaintingResult[]
  pixels?: PixelsResult[]
  frames?: FramesResult[]
  huge?: HugeResult
  /** Parts that could not be measured, and why. */
  failed?: string[]
}

/** A turn is on an open page so soon after it arrived. */
const WIRE_TARGET_MS = 200
/** Script of a frame, p95. */
const FRAME_TARGET_MS: Record<number, number> = { 100_000: 8, 1_000_000: 16 }
const OPENING_TARGET_MS: Record<number, number> = { 10_000: 500, 100_000: 2_000 }

/** Markdown, which also reads well in a terminal. */
export function printReport({
  at,
  note,
  machine,
  ingest,
  latency,
  wires,
  decode,
  opening,
  compare,
  search,
  painting,
  pixels,
  frames,
  huge,
  failed,
}: Report): string {
  const parts = [
    `Measured ${at.slice(0, 10)} on ${machine.cores} cores (${machine.cpu.trim()}), ${machine.memoryGb} GB, Node ${machine.node}, ${machine.platform}; everything on one machine, over the loopback.`,
  ]
  if (note) parts.push(`Note: ${note}`)
  if (failed) parts.push(`Not measured in this run: ${failed.join('; ')}.`)
  if (ingest) {
    parts.push('### Durable ingest over HTTP, events a second\n')
    parts.push(
      table(
        ['batch', 'producers', 'Backseat', 'bare handler', 'ratio', 'to reach', 'processor: Node + Postgres', 'bare'],
        ingest.map((row) => [
          row.batch,
          row.producers,
          round(row.ours),
          round(row.bare),
          row.ratio.toFixed(2),
          row.target === undefined ? '' : verdict(row.ratio >= row.target, `>= ${row.target}`),
          printProcessor(row.processor?.ours),
          printProcessor(row.processor?.bare),
        ]),
      ),
    )
  }
  if (latency) {
    parts.push('### From emit to a viewer’s receipt after the commit, ms\n')
    parts.push(
      table(
        ['turns before', 'p50', 'bare p50', 'ratio (<= 2)', 'p99', 'bare p99', 'ratio (<= 3)'],
        latency.map((row) => [
          round(row.turns),
          row.ours.p50.toFixed(2),
          row.bare.p50.toFixed(2),
          verdict(row.p50Ratio <= 2, row.p50Ratio.toFixed(2)),
          row.ours.p99.toFixed(2),
          row.bare.p99.toFixed(2),
          verdict(row.p99Ratio <= 3, row.p99Ratio.toFixed(2)),
        ]),
      ),
    )
  }
  if (wires) {
    parts.push('### From the arrival of a foreign client’s request to a viewer’s receipt after the commit, ms\n')
    parts.push(
      table(
        ['way in', 'seen', 'p50', 'p95', `to reach (p95)`],
        wires.map(({ wire, seen, p50, p95 }) => [wire, seen, p50.toFixed(1), p95.toFixed(1), verdict(p95 <= WIRE_TARGET_MS, `<= ${WIRE_TARGET_MS}`)]),
      ),
    )
  }
  if (decode) {
    parts.push('### Decoding, in processor time of the process\n')
    parts.push(
      table(
        ['format', 'MB/s', 'events/s', 'spans/s', 'yardstick MB/s', 'times the yardstick', 'yardstick'],
        decode.map(({ format, bytes, events, spans, seconds, yardstick, yardstickSeconds }) => [
          format,
          (bytes / seconds / 1e6).toFixed(1),
          round(events / seconds),
          spans === undefined ? '' : round(spans / seconds),
          (bytes / yardstickSeconds / 1e6).toFixed(1),
          (seconds / yardstickSeconds).toFixed(1),
          yardstick,
        ]),
      ),
    )
  }
  if (opening) {
    parts.push('### Opening a session: from the request to the decoded state, ms (painting comes on top)\n')
    parts.push(
      table(
        ['turns', 'events', 'kB sent', 'after a restart', 'again', 'of it decoding'],
        opening.map((row) => [round(row.turns), round(row.events), round(row.bytes / 1024), round(row.cold), round(row.warm), round(row.decode)]),
      ),
    )
  }
  if (compare) {
    const { sessions, tasks, turns } = compare.rows
    parts.push('### Figures and lists over very many sessions, ms\n')
    parts.push(
      `${round(sessions)} sessions over a year, ${round(tasks)} delegated tasks with their records, ${round(turns)} turns as rows of the log (made by SQL in ${round(compare.generated)} s: a thousand sessions written by Backseat's own writer, each many times over; the log's rows have no content, and its key by event ids is left out). After its start the server had read the records in ${round(compare.loaded)} ms. No question is asked twice. Beside each comparison, in turns with it, a plain \`count(*)\` of the same tasks.`,
    )
    parts.push(
      table(
        ['question', 'p50', 'p95', 'to reach (p95)', 'count(*) p50', 'count(*) p95'],
        compare.measured.map(({ what, p50, p95, target, base }) => [
          what,
          p50.toFixed(1),
          p95.toFixed(1),
          target === undefined ? '' : verdict(p95 <= target, `<= ${target}`),
          base?.p50.toFixed(1) ?? '',
          base?.p95.toFixed(1) ?? '',
        ]),
      ),
    )
  }
  if (search) parts.push(...printSearch(search))
  if (painting) {
    parts.push('### Opening a session in Chromium: from the click in the list to the complete picture, ms\n')
    parts.push(
      table(
        ['turns', 'after a restart', 'again', 'slowest of five', 'to reach'],
        painting.map((row) => {
          const target = OPENING_TARGET_MS[row.turns]
          return [
            round(row.turns),
            round(row.cold),
            round(row.warm),
            round(row.slowest),
            target === undefined ? '' : verdict(row.warm <= target, `<= ${round(target)}`),
          ]
        }),
      ),
    )
  }
  if (pixels) {
    parts.push('### From emit to pixels on the canvas in Chromium, ms\n')
    parts.push(
      table(
        ['turns before', 'p50', 'p99'],
        pixels.map((row) => [round(row.turns), row.pixels.p50.toFixed(1), row.pixels.p99.toFixed(1)]),
      ),
    )
  }
  if (frames) {
    parts.push('### Script of a frame in Chromium, ms\n')
    parts.push(
      table(
        ['turns', 'panning p50', 'p95', 'zooming p50', 'p95', '2,000 events a second p50', 'p95', 'worst', 'to reach (p95)'],
        frames.map(({ turns, panning, zooming, appending }) => {
          const target = FRAME_TARGET_MS[turns]
          const worst = Math.max(panning.p95, zooming.p95, appending.p95)
          return [
            round(turns),
            panning.p50.toFixed(1),
            panning.p95.toFixed(1),
            zooming.p50.toFixed(1),
            zooming.p95.toFixed(1),
            appending.p50.toFixed(1),
            appending.p95.toFixed(1),
            appending.worst.toFixed(1),
            target === undefined ? '' : verdict(worst <= target, `<= ${target}`),
          ]
        }),
      ),
    )
  }
  if (huge) parts.push(...printHuge(huge))
  return parts.join('\n\n')
}

function printHuge(huge: HugeResult): string[] {
  const target = FRAME_TARGET_MS[Math.round(huge.turns / 100_000) * 100_000]
  const opens = huge.turns > 500_000 ? 5_000 : 1_000
  return [
    '### A huge session in Chromium\n',
    `${round(huge.turns)} turns in ${round(huge.lanes)} lanes with ${round(huge.findings)} findings: one team's session of the real ingest, many times over, as a kept snapshot without its log (${round(huge.plainBytes / 1024)} kB, which repeat themselves and so are sent as ${round(huge.bytes / 1024)}).`,
    table(
      ['opening after a restart, ms', 'again', 'panning p95', 'zooming p95', 'heap MB', 'arrays MB', 'DOM nodes'],
      [
        [
          round(huge.cold),
          verdict(huge.warm <= opens, `${round(huge.warm)} (<= ${round(opens)})`),
          huge.panning.p95.toFixed(1) + (target === undefined ? '' : ` (<= ${target})`),
          huge.zooming.p95.toFixed(1) + (target === undefined ? '' : ` (<= ${target})`),
          round(huge.heap),
          round(huge.arrays),
          round(huge.domNodes),
        ],
      ],
    ),
  ]
}

function printSearch({ rows, generated, measured, all, countAll }: SearchResult): string[] {
  return [
    '### Searching over all sessions, ms\n',
    `${round(rows.items)} items of ${round(rows.sessions)} sessions, ${rows.gigabytes.toFixed(1)} GB with their indexes (made by SQL in ${round(generated.rows)} s and indexed in ${round(generated.index)} s), each of up to 24 words whose frequencies fall steeply, and labels. Asked over HTTP: first a page of 30 hits with their texts, then the counts over the newest 1,000 (the page asks for both at once, and shows the hits as they come). Words are drawn at random. Beside the first ten of each, in turns with them, a plain \`count(*)\` over the same words by the same index. A \`count(*)\` of all items took ${round(countAll)} ms.`,
    table(
      ['question', 'hits p50', 'p95', 'counts p50', 'p95', 'processor, both: Node + Postgres', 'count(*) p50', 'count(*) p95'],
      [
        ...measured.map(({ what, p50, p95, counts, plain, processor }) => [
          what,
          p50.toFixed(1),
          p95.toFixed(1),
          counts?.p50.toFixed(1) ?? '',
          counts?.p95.toFixed(1) ?? '',
          processor ? `${processor.server.toFixed(1)} + ${processor.postgres.toFixed(1)}` : '',
          plain.p50.toFixed(1),
          plain.p95.toFixed(1),
        ]),
        [
          'all over all sessions',
          all.p50.toFixed(1),
          verdict(all.p95 <= all.target, `${all.p95.toFixed(1)} (<= ${all.target})`),
          all.counts.p50.toFixed(1),
          verdict(all.counts.p95 <= all.target, `${all.counts.p95.toFixed(1)} (<= ${all.target})`),
          '',
          '',
          '',
        ],
      ],
    ),
  ]
}

/** µs an event. */
function printProcessor(used: { server: number; postgres: number } | undefined): string {
  return used ? `${used.server.toFixed(0)} + ${used.postgres.toFixed(0)} µs` : ''
}

function verdict(reached: boolean, text: string): string {
  return `${text} ${reached ? '✓' : '✗'}`
}

function round(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function table(heads: string[], rows: (string | number)[][]): string {
  const cells = [heads, ...rows.map((row) => row.map(String))]
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  const line = (row: string[]) => `| ${row.map((cell, column) => cell.padStart(widths[column] ?? 0)).join(' | ')} |`
  return [line(heads), `| ${widths.map((width) => `${'-'.repeat(Math.max(1, width - 1))}:`).join(' | ')} |`, ...rows.map((row) => line(row.map(String)))].join(
    '\n',
  )
}

const BEGIN = '<!-- npm run bench: begin -->'
const END = '<!-- npm run bench: end -->'

/** Puts the report between the two marks of the document. */
export async function updateDocument(path: string, report: Report): Promise<void> {
  const text = await readFile(path, 'utf8')
  const begin = text.indexOf(BEGIN)
  const end = text.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`${path} has lost the marks between which the bench writes (${BEGIN}, ${END})`)
  await writeFile(path, `${text.slice(0, begin + BEGIN.length)}\n${printReport(report)}\n${text.slice(end)}`)
}
