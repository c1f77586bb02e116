import { isSameData } from './items'
import { type Language, languageOf } from './language'
import { isText, surveyPutBack } from './memory'
import { OUTSIDE, type OwnedLine } from './owned-line'
import type { OwnerTotals } from './owner-totals'
import { splitLines } from './pieces'
import { Regions } from './regions'
import { combine, type RunLengths, type Survey } from './survey'
import { type Standing, TextLines } from './text-lines'

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
  private readonly lines: TextLines
  private readonly regions: Regions
  /** The text before the last whole write, or deletion, that took much of it. */
  private remembered: Standing | undefined

  constructor(path: string, runs: RunLengths) {
    this.language = languageOf(path)
    this.lines = new TextLines(this.language, runs)
    this.regions = new Regions(this.lines, runs)
  }

  text(): string {
    return this.lines.text()
  }

  /** Lines of the text before a place in `ownedLines`: pieces of one line are one. */
  rowAt(at: number): number {
    return this.lines.rowAt(at)
  }

  /** Whether this is the whole text. */
  is(text: string): boolean {
    return this.lines.is(text)
  }

  /** The texts of some lines, `to` excluded. */
  linesBetween(from: number, to: number): string[] {
    return this.ownedLines()
      .slice(from, to)
      .map((line) => line.text)
  }

  lineCount(): number {
    return this.lines.count
  }

  ownersPresent(): IterableIterator<[number, OwnerTotals]> {
    return this.lines.owners().entries()
  }

  totalsOf(owner: number): OwnerTotals {
    return this.lines.ownerTotals(owner)
  }

  /** The token numbers that count, for looking up copies elsewhere. */
  significant(): number[] {
    const all: number[] = []
    for (const line of this.ownedLines()) line.tokens.raw.forEach((token, k) => (line.tokens.counts[k] as number) > 0 && all.push(token))
    return all
  }

  /** Line by line, who owns each token now; `gap` lines stand for text that nobody has shown. */
  ownedLines(): readonly OwnedLine[] {
    return this.lines.all()
  }

  /** The whole content, as the writer leaves it. */
  write(text: string, writer: number): Survey {
    const fresh = splitLines(text)
    const known = this.complete || !this.exists
    const back = known ? this.putBack(fresh) : undefined
    const before = known && !back ? this.lines.standing() : undefined
    const reordered = known && !back && this.language.shape === 'data' && isSameData(this.text(), text)
    const survey = back ?? (known ? this.replaceAll(fresh, writer, reordered) : this.showAll(fresh, writer))
    if (before) this.remember(before, survey)
    this.lines.know(text)
    this.complete = true
    this.exists = true
    return survey
  }

  append(text: string, writer: number): Survey {
    if (!this.exists) return this.write(text, writer)
    const { count } = this.lines
    const last = Math.max(0, count - 1)
    const fresh = splitLines((this.lines.at(last)?.text ?? '') + text)
    return this.regions.replaceLines(last, count > 0 ? 1 : 0, fresh, writer, this.complete)
  }

  /**
   * The replacements of one event, in order. What counts is the text before and after all of them:
   * a block that one takes out and another puts back elsewhere has moved. Where one is not in a text
   * that was known as a whole, that text was changed out of sight, and is from now on known in parts.
   */
  editAll(edits: readonly Replacement[], writer: number): Survey {
    const surveys: Survey[] = []
    const missing: Replacement[] = []
    if (this.complete && this.exists && this.lines.inPieces) surveys.push(this.editPieces(edits, missing, writer))
    else if (edits.length === 1 || !this.complete || !this.exists) {
      for (const edit of edits) {
        const survey = this.edit(edit.old, edit.fresh, edit.all === true, writer)
        if (survey) surveys.push(survey)
        else missing.push(edit)
      }
    } else surveys.push(this.editTogether(edits, missing, writer))
    if (missing.length > 0) this.loseSight()
    for (const { old, fresh } of missing) surveys.push(this.regions.editUnknown(splitLines(old), splitLines(fresh), writer, this.complete))
    return surveys.length === 1 ? (surveys[0] as Survey) : combine(surveys)
  }

  /** What an edit names may reach over the ends of pieces: it is made on the text, and the pieces that differ are compared. */
  private editPieces(edits: readonly Replacement[], missing: Replacement[], writer: number): Survey {
    const [only] = edits
    if (only && edits.length === 1 && only.all !== true && only.old !== '') {
      const place = this.lines.recut(only.old, only.fresh)
      if (place) return this.regions.replacePart(place.at, place.count, place.texts, writer, this.complete)
    }
    let text = this.text()
    for (const edit of edits) {
      const at = edit.old === '' ? -1 : text.indexOf(edit.old)
      if (at < 0) missing.push(edit)
      else text = edit.all ? text.split(edit.old).join(edit.fresh) : text.slice(0, at) + edit.fresh + text.slice(at + edit.old.length)
    }
    return this.replaceAll(splitLines(text), writer)
  }

  private editTogether(edits: readonly Replacement[], missing: Replacement[], writer: number): Survey {
    const before = this.lines.standing()
    this.lines.born = new Set()
    for (const edit of edits) if (!this.edit(edit.old, edit.fresh, edit.all === true, writer)) missing.push(edit)
    const { born } = this.lines
    this.lines.born = undefined
    const after = this.ownedLines()
    this.lines.goBack(before)
    return this.regions.compareResults(before.lines, after, born, writer, this.complete)
  }

  /** Search and replace. Undefined where `old` is not in a text that is known as a whole: it was
   *  changed out of sight. */
  edit(old: string, fresh: string, all: boolean, writer: number): Survey | undefined {
    this.exists = true
    if (old === '' && this.ownedLines().every((line) => line.text === '')) return this.write(fresh, writer)
    const surveys: Survey[] = []
    const wanted = splitLines(old)
    const replace = (line: number, count: number, texts: string[]) => surveys.push(this.regions.replacePart(line, count, texts, writer, this.complete))
    if (all && wanted.length === 1 && old !== '') {
      for (let i = this.lines.count - 1; i >= 0; i--) {
        const line = this.lines.at(i) as OwnedLine
        if (!line.gap && line.text.includes(old)) replace(i, 1, splitLines(line.text.split(old).join(fresh)))
      }
    } else if (old !== '') {
      let from = 0
      for (;;) {
        const found = this.lines.find(wanted, from)
        if (!found) break
        const replacement = splitLines(found.prefix + fresh + found.suffix)
        replace(found.line, found.count, replacement)
        if (!all) break
        from = found.line + replacement.length
      }
    }
    if (surveys.length > 0) return surveys.length === 1 ? surveys[0] : combine(surveys)
    return this.complete ? undefined : this.regions.editUnknown(splitLines(old), splitLines(fresh), writer, this.complete)
  }

  /** Brings what is known in line with the text as the source shows it; nobody in sight did it. */
  sync(text: string): Survey {
    const fresh = splitLines(text)
    const survey = this.exists && !this.complete ? this.showAll(fresh, OUTSIDE) : this.replaceAll(fresh, OUTSIDE)
    this.lines.know(text)
    this.complete = true
    this.exists = true
    return survey
  }

  /** Changed in ways nobody sees: what is known stays as fragments. */
  loseSight(): void {
    this.complete = false
  }

  remove(): Survey {
    const before = this.lines.standing()
    if (before.lines.length > 0) this.remembered = before
    const survey = this.regions.replaceLines(0, this.lines.count, [], OUTSIDE, this.complete)
    this.exists = false
    this.complete = true
    return survey
  }

  /** `reordered`: the same data in another order. */
  private replaceAll(fresh: string[], writer: number, reordered = false): Survey {
    const { count } = this.lines
    return reordered
      ? this.regions.replaceLines(0, count, fresh, writer, this.complete, { reordered })
      : this.regions.replacePart(0, count, fresh, writer, this.complete)
  }

  /** The whole of a text that was known in parts. */
  private showAll(fresh: string[], writer: number): Survey {
    this.complete = true
    return this.regions.replaceUnknown(fresh, writer)
  }

  // ---- what was thrown out and put back ----

  private remember(before: Standing, survey: Survey): void {
    let owned = 0
    let lost = 0
    for (const [, { tokens }] of before.totals.entries()) owned += tokens
    for (const owner of survey.owners.values()) lost += owner.lost
    if (lost > 0 && lost >= owned * MUCH) this.remembered = before
  }

  /** The text that the last write which took much of it had found, word for word: everything is its author's again. */
  private putBack(fresh: readonly string[]): Survey | undefined {
    const { remembered } = this
    if (!remembered || !isText(remembered.lines, fresh) || this.lines.isSplit(fresh)) return undefined
    const before = this.lines.standing()
    const survey = surveyPutBack(before, remembered)
    this.lines.goBack(remembered)
    this.remembered = before
    return survey
  }
}
