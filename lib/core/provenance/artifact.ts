import { anchorLines } from './anchors'
import { fragmentsIn, overlapsOf, restoreOwners, rowOf } from './fragments'
import { changedParts, commonEnds, contextTokens, partnersOf } from './hunks'
import { isSameData } from './items'
import { type Language, languageOf } from './language'
import { isText, type Memory, surveyPutBack } from './memory'
import { GAP_TEXT, NO_TOKENS, OUTSIDE, type OwnedLine, splice } from './owned-line'
import { type OwnerTotals, Totals } from './owner-totals'
import { goesOn, isJoined, joinLines, rowAt, splitLines } from './pieces'
import { findText } from './search'
import { combine, compareRegion, type RunLengths, type Survey } from './survey'
import { type LexState, tokenizeLine } from './tokens'

/** Lines up to which a changed region is simply compared as a whole. */
const SMALL_REGION = 120
/** Share of an artifact's tokens from which on a write makes what was there worth remembering. */
const MUCH = 0.3
export interface Replacement {
  old: string
  fresh: string
  all?: boolean
}

/**
 * Who owns each token of an artifact. Owners are numbers of the caller's; 0 (`OUTSIDE`) is whoever
 * was there before anyone in the session wrote.
 */
export class Artifact {
  readonly language: Language
  revision = 0
  /** The whole text is known: nobody changed it out of sight before the first write seen. */
  complete = false
  exists = false
  private lines: OwnedLine[] = []
  private totals = new Totals()
  private gaps = 0
  /** Some line is, or was, so long that it is held in pieces. */
  private inPieces = false
  /** The text before the last whole write, or deletion, that took much of it. */
  private remembered: Memory | undefined
  /** Lines made since it was set. */
  private born: Set<OwnedLine> | undefined

  constructor(
    path: string,
    private runs: RunLengths,
  ) {
    this.language = languageOf(path)
  }

  text(): string {
    return joinLines(this.lines.map((line) => line.text))
  }

  /** Lines of the text before a place in `ownedLines`: pieces of one line are one. */
  rowAt(at: number): number {
    return this.inPieces ? rowAt(this.lines, at) : at
  }

  /** Whether this is the whole text. */
  is(text: string): boolean {
    return isJoined(this.lines, text)
  }

  /** The texts of some lines, `to` excluded. */
  linesBetween(from: number, to: number): string[] {
    return this.lines.slice(from, to).map((line) => line.text)
  }

  lineCount(): number {
    return this.lines.length
  }

  ownersPresent(): IterableIterator<[number, OwnerTotals]> {
    return this.totals.entries()
  }

  totalsOf(owner: number): OwnerTotals {
    return this.totals.get(owner) ?? { tokens: 0, comments: 0 }
  }

  /** The token numbers that count, for looking up copies elsewhere. */
  significant(): number[] {
    const all: number[] = []
    for (const line of this.lines) line.tokens.raw.forEach((token, k) => (line.tokens.counts[k] as number) > 0 && all.push(token))
    return all
  }

  /** The whole content, as the writer leaves it. */
  write(text: string, writer: number): Survey {
    const fresh = splitLines(text)
    const known = this.complete || !this.exists
    const back = known ? this.putBack(fresh) : undefined
    const before = known && !back ? this.memory() : undefined
    const reordered = known && !back && this.language.shape === 'data' && isSameData(this.text(), text)
    const survey = back ?? (known ? this.replaceChanged(fresh, writer, reordered) : this.replaceUnknown(fresh, writer))
    if (before) this.remember(before, survey)
    this.complete = true
    this.exists = true
    return survey
  }

  append(text: string, writer: number): Survey {
    if (!this.exists) return this.write(text, writer)
    const last = this.lines.length - 1
    const fresh = splitLines((this.lines[last]?.text ?? '') + text)
    return this.replaceLines(Math.max(last, 0), this.lines.length > 0 ? 1 : 0, fresh, writer)
  }

  /** Line by line, who owns each token now; `gap` lines stand for text that nobody has shown. */
  ownedLines(): readonly OwnedLine[] {
    return this.lines
  }

  /**
   * The replacements of one event, in order. What counts is the text before and after all of them:
   * a block that one takes out and another puts back elsewhere has moved. Where one is not in a text
   * that was known as a whole, that text was changed out of sight, and is from now on known in parts.
   */
  editAll(edits: readonly Replacement[], writer: number): Survey {
    const surveys: Survey[] = []
    const missing: Replacement[] = []
    if (this.complete && this.exists && this.inPieces) surveys.push(this.editPieces(edits, missing, writer))
    else if (edits.length === 1 || !this.complete || !this.exists) {
      for (const edit of edits) {
        const survey = this.edit(edit.old, edit.fresh, edit.all === true, writer)
        if (survey) surveys.push(survey)
        else missing.push(edit)
      }
    } else surveys.push(this.editTogether(edits, missing, writer))
    if (missing.length > 0) this.loseSight()
    for (const { old, fresh } of missing) surveys.push(this.editUnknown(splitLines(old), splitLines(fresh), writer))
    return surveys.length === 1 ? (surveys[0] as Survey) : combine(surveys)
  }

  /** What an edit names may reach over the ends of pieces: it is made on the text, and the pieces that differ are compared. */
  private editPieces(edits: readonly Replacement[], missing: Replacement[], writer: number): Survey {
    let text = this.text()
    for (const edit of edits) {
      const at = edit.old === '' ? -1 : text.indexOf(edit.old)
      if (at < 0) missing.push(edit)
      else text = edit.all ? text.split(edit.old).join(edit.fresh) : text.slice(0, at) + edit.fresh + text.slice(at + edit.old.length)
    }
    return this.replaceChanged(splitLines(text), writer)
  }

  private editTogether(edits: readonly Replacement[], missing: Replacement[], writer: number): Survey {
    const before = this.lines.slice()
    const totals = this.totals.copy()
    this.born = new Set()
    for (const edit of edits) if (!this.edit(edit.old, edit.fresh, edit.all === true, writer)) missing.push(edit)
    const { born } = this
    this.born = undefined
    const after = this.lines
    const { head, tail } = commonEnds(before, after)
    const old = before.slice(head, before.length - tail)
    const fresh = after.slice(head, after.length - tail)
    const partner = partnersOf(old, fresh, born)
    this.lines = before
    this.totals = totals
    return this.compareHunks(head, old, fresh, partner, writer)
  }

  /** Search and replace. Undefined where `old` is not in a text that is known as a whole: it was
   *  changed out of sight. */
  edit(old: string, fresh: string, all: boolean, writer: number): Survey | undefined {
    this.exists = true
    if (old === '' && this.lines.every((line) => line.text === '')) return this.write(fresh, writer)
    const surveys: Survey[] = []
    const wanted = splitLines(old)
    if (all && wanted.length === 1 && old !== '') {
      for (let i = this.lines.length - 1; i >= 0; i--) {
        const line = this.lines[i] as OwnedLine
        if (!line.gap && line.text.includes(old)) surveys.push(this.replacePart(i, 1, splitLines(line.text.split(old).join(fresh)), writer))
      }
    } else if (old !== '') {
      let from = 0
      for (;;) {
        const found = findText(this.lines, wanted, from)
        if (!found) break
        const replacement = splitLines(found.prefix + fresh + found.suffix)
        surveys.push(this.replacePart(found.line, found.count, replacement, writer))
        if (!all) break
        from = found.line + replacement.length
      }
    }
    if (surveys.length > 0) return surveys.length === 1 ? surveys[0] : combine(surveys)
    return this.complete ? undefined : this.editUnknown(splitLines(old), splitLines(fresh), writer)
  }

  /** Brings what is known in line with the text as the source shows it; nobody in sight did it. */
  sync(text: string): Survey {
    const fresh = splitLines(text)
    const survey = this.exists && !this.complete ? this.replaceUnknown(fresh, OUTSIDE) : this.replaceChanged(fresh, OUTSIDE)
    this.complete = true
    this.exists = true
    return survey
  }

  /** Changed in ways nobody sees: what is known stays as fragments. */
  loseSight(): void {
    this.complete = false
  }

  remove(): Survey {
    const before = this.memory()
    if (before.lines.length > 0) this.remembered = before
    const survey = this.replaceLines(0, this.lines.length, [], OUTSIDE)
    this.exists = false
    this.complete = true
    return survey
  }

  // ---- what was thrown out and put back ----

  private memory(): Memory {
    return { lines: this.lines.slice(), totals: this.totals.copy() }
  }

  private remember(before: Memory, survey: Survey): void {
    let owned = 0
    let lost = 0
    for (const [, { tokens }] of before.totals.entries()) owned += tokens
    for (const owner of survey.owners.values()) lost += owner.lost
    if (lost > 0 && lost >= owned * MUCH) this.remembered = before
  }

  /** The text that the last write which took much of it had found, word for word: everything is its author's again. */
  private putBack(fresh: readonly string[]): Survey | undefined {
    const { remembered } = this
    if (!remembered || !isText(remembered.lines, fresh) || isText(this.lines, fresh)) return undefined
    const before = this.memory()
    this.lines = remembered.lines
    this.totals = remembered.totals
    this.remembered = before
    return surveyPutBack(before, remembered)
  }

  // ---- regions ----

  /** `reordered`: the same data in another order. */
  private replaceChanged(fresh: string[], writer: number, reordered = false): Survey {
    return reordered ? this.replaceLines(0, this.lines.length, fresh, writer, { reordered }) : this.replacePart(0, this.lines.length, fresh, writer)
  }

  /** Lines that open or close both the old and the new part stay as they are. */
  private replacePart(at: number, count: number, fresh: string[], writer: number): Survey {
    const shorter = Math.min(fresh.length, count)
    const end = at + count
    let head = 0
    while (head < shorter && this.lines[at + head]?.text === fresh[head]) head += 1
    let tail = 0
    while (tail < shorter - head && this.lines[end - 1 - tail]?.text === fresh[fresh.length - 1 - tail]) tail += 1
    const removed = count - head - tail
    const inserted = head + tail === 0 ? fresh : fresh.slice(head, fresh.length - tail)
    if (removed > SMALL_REGION && inserted.length > SMALL_REGION) return this.replaceHunks(at + head, removed, inserted, writer)
    return this.replaceLines(at + head, removed, inserted, writer)
  }

  /** A large region with few changes: only the changed places, with lines around to lean on, are
   *  compared; all other lines stay as they are. Moves from one place to another are still seen. */
  private replaceHunks(at: number, removed: number, texts: string[], writer: number): Survey {
    const region = this.lines.slice(at, at + removed)
    const anchors = anchorLines(
      region.map((line) => line.text),
      texts,
    )
    const partner = new Int32Array(texts.length).fill(-1)
    for (const [i, j] of anchors) partner[j] = i
    const fresh: OwnedLine[] = []
    let state: LexState = at === 0 ? 'code' : (this.lines[at - 1]?.tokens.exit ?? 'code')
    texts.forEach((text, j) => {
      const kept = region[partner[j] as number]
      // a line that begins in another state (a comment was opened above) is another line
      if (!kept || kept.entry !== state) partner[j] = -1
      const line = kept && partner[j] !== -1 ? kept : this.newLine(text, state, writer)
      fresh.push(line)
      state = line.tokens.exit
    })
    const next = this.lines[at + removed]
    if (next && next.entry !== state) return this.replaceLines(at, removed, texts, writer)
    return this.compareHunks(at, region, fresh, partner, writer)
  }

  /** Puts `fresh` in the place of `region`, where `partner[j]` is the old line that new line j still is, or -1. */
  private compareHunks(at: number, region: OwnedLine[], fresh: OwnedLine[], partner: Int32Array, writer: number): Survey {
    const removed = region.length
    const { oldPart, freshPart } = changedParts(region, fresh, partner, {
      seam: () => this.newGap(GAP_TEXT),
      twin: (line) => {
        const twin = { ...line }
        this.born?.add(twin)
        return twin
      },
    })
    const survey = compareRegion(
      { old: oldPart, fresh: freshPart, from: at, before: this.beside(at - 1, -1), after: this.beside(at + removed, 1), items: this.language.items },
      writer,
      this.runs,
    )
    for (const line of region) this.totals.count(line, -1)
    splice(this.lines, at, removed, fresh)
    for (const line of fresh) this.totals.count(line, 1)
    return { ...survey, contiguous: false }
  }

  /** What is known are fragments in unknown order: those found word for word keep their owners even
   *  where they are too short to be recognised as a run. */
  private replaceUnknown(fresh: string[], writer: number): Survey {
    const fragments = fragmentsIn(this.lines)
    this.complete = true
    const survey = this.replaceLines(0, this.lines.length, fresh, writer)
    const text = fresh.join('\n')
    for (const fragment of fragments) {
      const row = rowOf(text, fragment.map((line) => line.text).join('\n'))
      if (row === undefined) continue
      for (const [k, known] of fragment.entries()) {
        const line = this.lines[row + k]
        // The fragment's first and last line may be parts of a line.
        if (!line || (k > 0 && k < fragment.length - 1 && line.text !== known.text)) continue
        this.totals.count(line, -1)
        restoreOwners(line, known, survey)
        this.totals.count(line, 1)
      }
    }
    return survey
  }

  /**
   * An edit in a text that is known in parts. What it replaces was there, whoever wrote it: it is put
   * together from the fragments that it covers and, where nobody had shown it, from `old` itself,
   * and then replaced.
   *
   *   known     [.....AAAA]   gap   [BBBB]        old covers the end of one fragment,
   *   old             [AAAA ... BBBB ...]         all of another, and text nobody has shown
   */
  private editUnknown(old: string[], fresh: string[], writer: number): Survey {
    const overlaps = overlapsOf(this.lines, old)
    const shown: OwnedLine[] = []
    let state: LexState = 'code'
    for (const text of old) {
      const line = this.newLine(text, state, OUTSIDE)
      shown.push(line)
      state = line.tokens.exit
    }
    for (const { from, count, old: at } of overlaps) {
      for (let k = 0; k < count; k++) {
        const known = this.lines[from + k] as OwnedLine
        const line = shown[at + k] as OwnedLine
        if (known.tokens.raw.length !== line.tokens.raw.length) continue
        line.owners = known.owners
        if (known.tokens.comment.length === line.tokens.comment.length) line.commentOwner = known.commentOwner
      }
    }
    let at = this.lines.length
    for (const { from, count } of [...overlaps].reverse()) {
      for (const line of this.lines.splice(from, count)) this.totals.count(line, -1)
      at = from
    }
    if (overlaps.length === 0 && at > 0) this.lines.splice(at++, 0, this.newGap(GAP_TEXT))
    this.lines.splice(at, 0, ...shown)
    for (const line of shown) this.totals.count(line, 1)
    return this.replacePart(at, shown.length, fresh, writer)
  }

  // ---- the one place where lines change ----

  private replaceLines(at: number, removed: number, texts: string[], writer: number, { reordered = false } = {}): Survey {
    const fresh: OwnedLine[] = []
    let state: LexState = at === 0 ? 'code' : (this.lines[at - 1]?.tokens.exit ?? 'code')
    for (const text of texts) {
      const line = this.newLine(text, state, writer)
      fresh.push(line)
      state = line.tokens.exit
    }
    // A comment or string that was opened or closed changes what the lines after it are.
    let until = at + removed
    while (until < this.lines.length && (this.lines[until] as OwnedLine).entry !== state && !(this.lines[until] as OwnedLine).gap) {
      const line = this.newLine((this.lines[until] as OwnedLine).text, state, writer)
      fresh.push(line)
      state = line.tokens.exit
      until += 1
    }
    const old = this.lines.slice(at, until)
    const region = { old, fresh, from: at, before: this.beside(at - 1, -1), after: this.beside(until, 1), items: this.language.items, reordered }
    const survey = compareRegion(region, writer, this.runs)
    for (const line of old) this.totals.count(line, -1)
    splice(this.lines, at, old.length, fresh)
    for (const line of fresh) this.totals.count(line, 1)
    return survey
  }

  private beside(line: number, step: 1 | -1): number {
    return contextTokens(this.lines, line, step, this.runs, this.complete)
  }

  private newLine(text: string, entry: LexState, writer: number): OwnedLine {
    if (goesOn(text)) this.inPieces = true
    const line: OwnedLine = {
      text,
      entry,
      tokens: tokenizeLine(text, this.language, entry),
      owners: writer,
      commentOwner: writer,
      pairs: undefined,
      morePairs: undefined,
    }
    this.born?.add(line)
    return line
  }

  private newGap(text: string): OwnedLine {
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
}
