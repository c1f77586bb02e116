/** What a tool's own words say of its run. */
export interface Reading {
  tool: string
  /** Undefined where the words alone do not say. */
  ok?: boolean
  passed?: number
  /** Failed tests, errors of a type checker or linter (not warnings). */
  failed?: number
  /** Single tests, where the tool names them: at most `MOST_TESTS`. */
  tests?: TestResult[]
}

export interface TestResult {
  id: string
  ok: boolean
}

export const MOST_TESTS = 2000

/**
 * Undefined where the text is not this tool's. `output`: its lines, without their ends where they are
 * longer than any tool's words, so that no pattern is held up by a hostile one. `tool`: what the command
 * calls itself, for words that several use. `whole`: nothing cut, for reports in JSON and XML.
 */
export type Reader = (output: string, tool: string, whole: string) => Reading | undefined

export class TestList {
  private readonly byId = new Map<string, boolean>()

  add(id: string, ok: boolean): void {
    const name = id.trim().slice(0, 300)
    if (name === '' || (this.byId.size >= MOST_TESTS && !this.byId.has(name))) return
    // a test that is told twice (in the list and in the summary) failed if it failed once
    this.byId.set(name, ok && this.byId.get(name) !== false)
  }

  get tests(): TestResult[] | undefined {
    return this.byId.size === 0 ? undefined : [...this.byId].map(([id, ok]) => ({ id, ok }))
  }
}

/**
 * What single tests say where the summary is not in the output (`| head`, a log that was cut, `| grep FAIL`):
 * one that failed makes the run a failure; if none did, nobody can say. Undefined where no test is named.
 */
export function withoutSummary(tool: string, tests: TestResult[] | undefined): Reading | undefined {
  if (!tests) return undefined
  const failed = tests.filter(({ ok }) => !ok).length
  return failed > 0 ? { tool, ok: false, failed, tests } : { tool, tests }
}

/** `3 failed, 12 passed, 1 skipped` -> counts by word. */
export function countsIn(line: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [, n, word] of line.matchAll(/(\d+) ([a-z]+)/gi)) counts.set((word as string).toLowerCase(), Number(n))
  return counts
}

/**
 * The words of an output without what a terminal was meant to do with them: colours, links, titles, lines
 * written over. Some logs have lost the escape character and kept the rest of a colour.
 */
export function plainOutput(text: string): string {
  return text
    .replace(/\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g, '')
    .replace(/(?:\u001b\[|\u009b)[0-9;:?]*[ -/]*[@-~]/g, '')
    .replace(/\u001b[()][A-Z0-9]/g, '')
    .replace(/\[\d{1,3}(?:;\d{1,3})*m/g, '')
    .replace(/\r+\n/g, '\n')
    .replace(/^[^\n]*\r/gm, '')
}

/** Characters of a line beyond which no tool's words lie. */
const LONGEST_LINE = 1000

/** Lines cut to a bearable length, without blanks at their ends, blank lines one at a time. */
export function shortLines(text: string): string {
  const lines: string[] = []
  for (const line of text.split('\n')) {
    const short = line.slice(0, LONGEST_LINE).trimEnd()
    if (short !== '' || lines.at(-1) !== '') lines.push(short)
  }
  return lines.join('\n')
}

export function lastMatch(text: string, pattern: RegExp): RegExpMatchArray | undefined {
  let last: RegExpMatchArray | undefined
  for (const match of text.matchAll(pattern)) last = match
  return last
}

/** The first JSON value in the output that begins with `opening`, as many a reporter prints one. */
export function jsonIn(output: string, opening: '{' | '['): unknown {
  const from = output.startsWith(opening) ? 0 : output.indexOf(`\n${opening}`) + 1
  if (from === 0 && !output.startsWith(opening)) return undefined
  const to = output.lastIndexOf(opening === '{' ? '}' : ']')
  try {
    return JSON.parse(output.slice(from, to + 1))
  } catch {
    return undefined
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
