import { anchorLines } from './anchors'
import { fragmentsIn, overlapsOf, restoreOwners, rowOf } from './fragments'
import { changedParts, commonEnds, partnersOf } from './hunks'
import { GAP_TEXT, OUTSIDE, type OwnedLine } from './owned-line'
import { compareRegion, type RunLengths, type Survey } from './survey'
import type { TextLines } from './text-lines'

/** Lines up to which a changed region is simply compared as a whole. */
const SMALL_REGION = 120

/**
 * Replaces regions of an artifact's lines, and compares what stood there with what stands there now, so
 * that what survives keeps its owners. `complete`: the artifact's whole text is known.
 */
export class Regions {
  constructor(
    private readonly lines: TextLines,
    private readonly runs: RunLengths,
  ) {}

  /** Lines that open or close both the old and the new part stay as they are. */
  replacePart(at: number, count: number, fresh: string[], writer: number, complete: boolean): Survey {
    const shorter = Math.min(fresh.length, count)
    const end = at + count
    let head = 0
    while (head < shorter && this.lines.at(at + head)?.text === fresh[head]) head += 1
    let tail = 0
    while (tail < shorter - head && this.lines.at(end - 1 - tail)?.text === fresh[fresh.length - 1 - tail]) tail += 1
    const removed = count - head - tail
    const inserted = head + tail === 0 ? fresh : fresh.slice(head, fresh.length - tail)
    if (removed > SMALL_REGION && inserted.length > SMALL_REGION) return this.replaceHunks(at + head, removed, inserted, writer, complete)
    return this.replaceLines(at + head, removed, inserted, writer, complete)
  }

  /** `reordered`: the same data in another order. */
  replaceLines(at: number, removed: number, texts: string[], writer: number, complete: boolean, { reordered = false } = {}): Survey {
    const { lines: fresh, exit } = this.lines.newLines(texts, this.lines.stateAt(at), writer)
    // A comment or string that was opened or closed changes what the lines after it are.
    let state = exit
    let until = at + removed
    for (let next = this.lines.at(until); next && next.entry !== state && !next.gap; next = this.lines.at(until)) {
      const line = this.lines.newLine(next.text, state, writer)
      fresh.push(line)
      state = line.tokens.exit
      until += 1
    }
    const old = this.lines.all().slice(at, until)
    const survey = compareRegion(
      {
        old,
        fresh,
        from: at,
        before: this.lines.beside(at - 1, -1, complete),
        after: this.lines.beside(until, 1, complete),
        items: this.lines.language.items,
        reordered,
      },
      writer,
      this.runs,
    )
    this.lines.replace(at, old.length, fresh)
    return survey
  }

  /** A large region with few changes: only the changed places, with lines around to lean on, are
   *  compared; all other lines stay as they are. Moves from one place to another are still seen. */
  private replaceHunks(at: number, removed: number, texts: string[], writer: number, complete: boolean): Survey {
    const region = this.lines.all().slice(at, at + removed)
    const anchors = anchorLines(
      region.map((line) => line.text),
      texts,
    )
    const partner = new Int32Array(texts.length).fill(-1)
    for (const [i, j] of anchors) partner[j] = i
    const fresh: OwnedLine[] = []
    let state = this.lines.stateAt(at)
    texts.forEach((text, j) => {
      const kept = region[partner[j] as number]
      // a line that begins in another state (a comment was opened above) is another line
      if (!kept || kept.entry !== state) partner[j] = -1
      const line = kept && partner[j] !== -1 ? kept : this.lines.newLine(text, state, writer)
      fresh.push(line)
      state = line.tokens.exit
    })
    const next = this.lines.at(at + removed)
    if (next && next.entry !== state) return this.replaceLines(at, removed, texts, writer, complete)
    return this.compareHunks(at, region, fresh, partner, writer, complete)
  }

  /** What several edits in a row made of `before`, which is what stands here now; `born`: the lines that they made. */
  compareResults(before: readonly OwnedLine[], after: readonly OwnedLine[], born: ReadonlySet<OwnedLine>, writer: number, complete: boolean): Survey {
    const { head, tail } = commonEnds(before, after)
    const old = before.slice(head, before.length - tail)
    const fresh = after.slice(head, after.length - tail)
    return this.compareHunks(head, old, fresh, partnersOf(old, fresh, born), writer, complete)
  }

  /** Puts `fresh` in the place of `region`, where `partner[j]` is the old line that new line j still is, or -1. */
  private compareHunks(at: number, region: OwnedLine[], fresh: OwnedLine[], partner: Int32Array, writer: number, complete: boolean): Survey {
    const { oldPart, freshPart } = changedParts(region, fresh, partner, {
      seam: () => this.lines.newGap(GAP_TEXT),
      twin: (line) => {
        const twin = { ...line }
        this.lines.born?.add(twin)
        return twin
      },
    })
    const survey = compareRegion(
      {
        old: oldPart,
        fresh: freshPart,
        from: at,
        before: this.lines.beside(at - 1, -1, complete),
        after: this.lines.beside(at + region.length, 1, complete),
        items: this.lines.language.items,
      },
      writer,
      this.runs,
    )
    this.lines.replace(at, region.length, fresh)
    return { ...survey, contiguous: false }
  }

  /** The whole text, where fragments in unknown order were known: those found word for word keep their
   *  owners even where they are too short to be recognised as a run. */
  replaceUnknown(fresh: string[], writer: number): Survey {
    const fragments = fragmentsIn(this.lines.all())
    const survey = this.replaceLines(0, this.lines.count, fresh, writer, true)
    const text = fresh.join('\n')
    for (const fragment of fragments) {
      const row = rowOf(text, fragment.map((line) => line.text).join('\n'))
      if (row === undefined) continue
      for (const [k, known] of fragment.entries()) {
        const line = this.lines.at(row + k)
        // The fragment's first and last line may be parts of a line.
        if (!line || (k > 0 && k < fragment.length - 1 && line.text !== known.text)) continue
        this.lines.reown(line, () => restoreOwners(line, known, survey))
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
  editUnknown(old: string[], fresh: string[], writer: number, complete: boolean): Survey {
    const overlaps = overlapsOf(this.lines.all(), old)
    const { lines: shown } = this.lines.newLines(old, 'code', OUTSIDE)
    for (const { from, count, old: at } of overlaps) {
      for (let k = 0; k < count; k++) {
        const known = this.lines.at(from + k) as OwnedLine
        const line = shown[at + k] as OwnedLine
        if (known.tokens.raw.length !== line.tokens.raw.length) continue
        line.owners = known.owners
        if (known.tokens.comment.length === line.tokens.comment.length) line.commentOwner = known.commentOwner
      }
    }
    let at = this.lines.count
    for (const { from, count } of [...overlaps].reverse()) {
      this.lines.replace(from, count, [])
      at = from
    }
    if (overlaps.length === 0 && at > 0) this.lines.replace(at++, 0, [this.lines.newGap(GAP_TEXT)])
    this.lines.replace(at, 0, shown)
    return this.replacePart(at, shown.length, fresh, writer, complete)
  }
}
