import { contextTokens } from './hunks'
import type { Language } from './language'
import { isText, type Memory } from './memory'
import { NO_TOKENS, OUTSIDE, type OwnedLine, splice } from './owned-line'
import { type OwnerTotals, Totals } from './owner-totals'
import { goesOn, isJoined, joinLines, type Recut, recut, rowAt } from './pieces'
import { type Found, findText, Search } from './search'
import type { RunLengths } from './survey'
import { type LexState, tokenizeLine } from './tokens'

/** Lines as they stood once, to go back to. */
export interface Standing extends Memory {
  search: Search | undefined
}

/** The lines of a text with their owners, what each owner has in them, and how to find a place in them. */
export class TextLines {
  /** Some line is, or was, so long that it is held in pieces. */
  inPieces = false
  /** Lines made since it was set. */
  born: Set<OwnedLine> | undefined
  private lines: OwnedLine[] = []
  private totals = new Totals()
  private gaps = 0
  /** Over lines, or over pieces where there are some. */
  private search: Search | undefined

  constructor(
    readonly language: Language,
    private readonly runs: RunLengths,
  ) {}

  get count(): number {
    return this.lines.length
  }

  all(): readonly OwnedLine[] {
    return this.lines
  }

  at(line: number): OwnedLine | undefined {
    return this.lines[line]
  }

  text(): string {
    return joinLines(this.lines.map((line) => line.text))
  }

  /** Whether this is the whole text. */
  is(text: string): boolean {
    return isJoined(this.lines, text)
  }

  isSplit(texts: readonly string[]): boolean {
    return isText(this.lines, texts)
  }

  /** Lines of the text before a place: pieces of one line are one. */
  rowAt(at: number): number {
    return this.inPieces ? rowAt(this.lines, at) : at
  }

  owners(): Totals {
    return this.totals
  }

  ownerTotals(owner: number): OwnerTotals {
    return this.totals.get(owner) ?? { tokens: 0, comments: 0 }
  }

  // ---- looking for a place ----

  find(old: readonly string[], from: number): Found | undefined {
    if (!this.inPieces) this.search ??= Search.of(this.lines)
    return this.search && !this.inPieces ? this.search.find(this.lines, old, from) : findText(this.lines, old, from)
  }

  /** Of a text in pieces: which of them a single replacement changes, and what they are then. Undefined where all are to be cut anew. */
  recut(old: string, fresh: string): Recut | undefined {
    this.search ??= Search.ofPieces(this.lines)
    const from = this.search.offsetOf(this.lines, old)
    return from < 0 ? undefined : recut(this.lines, from, from + old.length, fresh)
  }

  /** What the lines hold, as a whole, from whoever has it at hand. */
  know(text: string): void {
    this.search = this.inPieces ? Search.ofPieces(this.lines) : Search.of(this.lines, text)
  }

  // ---- change ----

  /** The one place where lines change. */
  replace(at: number, removed: number, fresh: OwnedLine[]): void {
    for (let k = at; k < at + removed; k++) this.totals.count(this.lines[k] as OwnedLine, -1)
    splice(this.lines, at, removed, fresh)
    for (const line of fresh) this.totals.count(line, 1)
    this.search?.changed(at, removed, fresh.length)
  }

  /** A line's tokens change hands. */
  reown(line: OwnedLine, change: () => void): void {
    this.totals.count(line, -1)
    change()
    this.totals.count(line, 1)
  }

  standing(): Standing {
    return { lines: this.lines.slice(), totals: this.totals.copy(), search: this.search?.copy() }
  }

  /** `standing` is given away: it is what stands now. */
  goBack({ lines, totals, search }: Standing): void {
    this.lines = lines
    this.totals = totals
    this.search = search
  }

  // ---- lines to put in ----

  /** `at`: the line that they are to come before. */
  stateAt(at: number): LexState {
    return at === 0 ? 'code' : (this.lines[at - 1]?.tokens.exit ?? 'code')
  }

  newLine(text: string, entry: LexState, writer: number): OwnedLine {
    if (goesOn(text) && !this.inPieces) {
      this.inPieces = true
      this.search = undefined
    }
    const line: OwnedLine = { text, entry, tokens: tokenizeLine(text, this.language, entry), owners: writer, commentOwner: writer }
    this.born?.add(line)
    return line
  }

  newLines(texts: readonly string[], from: LexState, writer: number): { lines: OwnedLine[]; exit: LexState } {
    let exit = from
    const lines = texts.map((text) => {
      const line = this.newLine(text, exit, writer)
      exit = line.tokens.exit
      return line
    })
    return { lines, exit }
  }

  newGap(text: string): OwnedLine {
    this.gaps += 1
    // a token like no other, so that no run crosses it
    return {
      text,
      entry: 'code',
      tokens: { ...NO_TOKENS, raw: [-this.gaps], norm: [-this.gaps], counts: [0] },
      owners: OUTSIDE,
      commentOwner: OUTSIDE,
      gap: true,
    }
  }

  /** Tokens of unchanged text from `line` on in the direction of `step` that a run could lean on. */
  beside(line: number, step: 1 | -1, complete: boolean): number {
    return contextTokens(this.lines, line, step, this.runs, complete)
  }
}
