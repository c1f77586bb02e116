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

/** Undefined where the text is not this tool's. */
export type Reader = (output: string) => Reading | undefined

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

/** `3 failed, 12 passed, 1 skipped` -> counts by word. */
export function countsIn(line: string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const [, n, word] of line.matchAll(/(\d+) ([a-z]+)/gi)) counts.set((word as string).toLowerCase(), Number(n))
  return counts
}

/** Colours that a terminal was meant to show. */
export function withoutColours(text: string): string {
  return text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '')
}

export function lastMatch(text: string, pattern: RegExp): RegExpMatchArray | undefined {
  let last: RegExpMatchArray | undefined
  for (const match of text.matchAll(pattern)) last = match
  return last
}
