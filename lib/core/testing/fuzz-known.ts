import { Artifact } from '../provenance/artifact'
import type { Survey } from '../provenance/survey'
import { type Held, survivors } from './fuzz-oracle'
import type { Random } from './fuzz-random'
import { drawn, LANGUAGES, nextSerial, OWNERS, ownersDiffer, RUNS, textOf } from './fuzz-texts'

/** Tokens that a text is begun with, at most, and cut back to when it grows beyond. */
export const SHORT = { begin: 150, most: 360 }
/** So long that only changed places are compared. */
export const LONG = { begin: 2500, most: 3500 }

/** An artifact that was made within the session: all of its text is known. */
export class KnownText {
  private readonly artifact: Artifact
  private readonly symbol: (n: number) => string
  /** The oracle's text; `lineEnds[i]`: a line ends after token i. */
  private held: Held[] = []
  private survey: Survey | undefined
  private expected: { lost: Map<number, number>; inserted: number } | undefined
  private before: Held[] = []
  /** What the last whole write or deletion that took at least 30 % of the tokens had found. */
  private thrownOut: Held[] | undefined

  constructor(
    private readonly random: Random,
    private readonly sizes: typeof SHORT,
  ) {
    const language = random.pick(LANGUAGES)
    this.symbol = language.symbol
    this.artifact = new Artifact(language.path, RUNS)
    const first = this.fresh(20 + random.below(sizes.begin))
    this.artifact.write(textOf(first), 1)
    for (const token of first) token.owner = 1
    this.held = first
  }

  size(): number {
    return this.held.length
  }

  drawing(): string {
    return `before: ${drawn(this.before, this.held)}\nafter:  ${drawn(this.held, this.before)}`
  }

  edit(): string {
    const { random } = this
    const writer = 1 + random.below(OWNERS)
    const what = random.below(20)
    if (what === 0) return this.replaceAll(this.fresh(10 + random.below(100)), writer, 'another text')
    if (what === 1) {
      const before = this.held
      this.survey = this.artifact.remove()
      this.expected = undefined
      this.thrownOut = before
      if (random.below(2) === 0) {
        // word for word: everything is its author's again
        this.artifact.write(textOf(before), writer)
        this.thrownOut = []
        this.survey = undefined
        return 'delete and put back'
      }
      const again = this.fresh(10 + random.below(60))
      this.artifact.write(textOf(again), writer)
      for (const token of again) token.owner = writer
      this.held = again
      return 'delete and write'
    }
    if (what === 2 && this.thrownOut && this.thrownOut.length > 0 && textOf(this.thrownOut) !== textOf(this.held)) {
      const back = this.thrownOut
      this.thrownOut = this.held
      this.held = back
      this.survey = undefined
      this.artifact.write(textOf(back), writer)
      return 'put back'
    }
    if (what <= 3) return this.append(writer)
    if (what <= 10) return this.searchAndReplace(writer, what === 4)
    if (what <= 12) return this.severalEdits(writer)
    const changed = [...this.held]
    const changes = 1 + random.below(4)
    const kinds = Array.from({ length: changes }, () => this.change(changed))
    return this.replaceAll(changed, writer, `write: ${kinds.sort().join(', ')}`)
  }

  check(): string | undefined {
    return ownersDiffer(this.artifact, this.held) ?? this.surveyDiffers()
  }

  // ---- edits ----

  private replaceAll(next: Held[], writer: number, kind: string): string {
    if (next.length === 0) next = this.fresh(12)
    const { most } = this.sizes
    if (next.length > most) next.splice(40 + this.random.below(200), next.length - most + 60)
    const before = this.held
    if (this.thrownOut && textOf(this.thrownOut) === textOf(next)) return 'open'
    if (!this.judge(before, next, writer)) return 'open'
    this.survey = this.artifact.write(textOf(this.held), writer)
    const lost = [...(this.expected?.lost.values() ?? [])].reduce((sum, count) => sum + count, 0)
    if (lost > 0 && lost >= before.length * 0.3) this.thrownOut = before
    return kind
  }

  private append(writer: number): string {
    const added = this.fresh(1 + this.random.below(12))
    const last = this.held.at(-1)
    const beginsLine = this.random.below(2) === 0
    const head = last ? [...this.held.slice(0, -1), { ...last, endsLine: beginsLine }] : []
    if (!this.judge(this.held, [...head, ...added], writer)) return 'open'
    this.survey = this.artifact.append(`${beginsLine ? '\n' : ' '}${textOf(added)}`, writer)
    return 'append'
  }

  /** `old` is the exact text between two tokens; it stands in the text once. */
  private searchAndReplace(writer: number, all: boolean): string {
    const from = this.random.below(this.held.length)
    const length = 1 + this.random.below(Math.min(25, this.held.length - from))
    const piece = this.held.slice(from, from + length).map((token) => ({ ...token }))
    const oldText = textOf(piece)
    const next = [...piece]
    const kind = this.change(next)
    if (next.length === 0) next.push({ ...(piece[0] as Held) })
    // the piece's last token keeps what follows it
    const ends = piece.at(-1)?.endsLine === true
    for (const token of next) if (token === next.at(-1)) token.endsLine = ends
    const before = this.held
    const after = [...before.slice(0, from), ...next, ...before.slice(from + length)]
    if (!this.judge(before, after, writer)) return 'open'
    this.survey = this.artifact.edit(oldText, textOf(next), all && !oldText.includes('\n'), writer)
    if (!this.survey) throw new Error(`“${oldText}” is in the text and was not found`)
    return `edit: ${kind}`
  }

  /** Several replacements in one event: what counts is the text before and after the event. */
  private severalEdits(writer: number): string {
    const edits: { old: string; fresh: string }[] = []
    let text = this.held
    for (let k = 0, count = 2 + this.random.below(3); k < count && text.length > 30; k++) {
      const from = this.random.below(text.length - 12)
      const length = 1 + this.random.below(12)
      const piece = text.slice(from, from + length).map((token) => ({ ...token }))
      const old = textOf(piece)
      const next = [...piece]
      this.change(next)
      if (next.length === 0) next.push(...this.fresh(1))
      const end = next.at(-1) as Held
      end.endsLine = piece.at(-1)?.endsLine === true
      edits.push({ old, fresh: textOf(next) })
      text = [...text.slice(0, from), ...next, ...text.slice(from + length)]
    }
    if (this.random.below(2) === 0 && text.length > 60) {
      // a block cut here and put there by two replacements
      const from = this.random.below(text.length - 40)
      const block = text.slice(from, from + 9 + this.random.below(12))
      const head = text[from - 1]
      const rest = [...text.slice(0, from), ...text.slice(from + block.length)]
      const anchorAt = this.random.below(rest.length)
      const anchor = rest[anchorAt] as Held
      if (head && anchor !== head && block.at(-1) && text[from + block.length] !== anchor) {
        const cut = [head, ...block]
        edits.push({ old: textOf(cut), fresh: textOf([{ ...head, endsLine: block.at(-1)?.endsLine === true }]) })
        edits.push({ old: anchor.symbol, fresh: textOf([{ ...anchor, endsLine: false }, ...block.map((token) => ({ ...token }))]) })
        const moved = block.map((token) => ({ ...token }))
        const lastMoved = moved.at(-1) as Held
        const headAt = rest.indexOf(head)
        const shortened = rest.map((token, i) => (i === headAt ? { ...token, endsLine: block.at(-1)?.endsLine === true } : token))
        const at = shortened.findIndex((token) => token.symbol === anchor.symbol)
        lastMoved.endsLine = shortened[at]?.endsLine === true
        text = [...shortened.slice(0, at), { ...(shortened[at] as Held), endsLine: false }, ...moved, ...shortened.slice(at + 1)]
      }
    }
    if (edits.length === 0) return this.append(writer)
    if (!this.judge(this.held, text, writer)) return 'open'
    this.survey = this.artifact.editAll(edits, writer)
    if (!this.artifact.complete) throw new Error('one of several edits was not found')
    return 'several edits'
  }

  /** One change of a sequence of tokens, in place. */
  private change(tokens: Held[]): string {
    const { random } = this
    const at = random.below(tokens.length + 1)
    const some = random.below(Math.min(12, tokens.length - at) + 1)
    switch (random.below(6)) {
      case 0:
        tokens.splice(at, 0, ...this.fresh(1 + random.below(10)))
        return 'insert'
      case 1:
        tokens.splice(at, some)
        return 'delete'
      case 2:
      case 3:
        tokens.splice(at, some, ...this.fresh(1 + random.below(12)))
        return 'replace'
      case 4: {
        // from the length on at which a moved run is recognised
        const length = RUNS.rawRun * 2 + random.below(20)
        if (tokens.length < length + 2) return 'nothing'
        const block = tokens.splice(random.below(tokens.length - length), length)
        tokens.splice(random.below(tokens.length + 1), 0, ...block)
        return 'move'
      }
      default:
        for (let k = 0; k < tokens.length; k++) if (random.below(8) === 0) tokens[k] = { ...(tokens[k] as Held), endsLine: random.below(3) === 0 }
        return 'layout'
    }
  }

  private fresh(count: number): Held[] {
    return Array.from({ length: count }, () => ({ symbol: this.symbol(nextSerial()), owner: -1, endsLine: this.random.below(6) === 0 }))
  }

  // ---- judging ----

  /** False where the definition leaves it open: then the edit is not made. */
  private judge(before: Held[], after: Held[], writer: number): boolean {
    const verdict = survivors(before, after, writer, RUNS.rawRun)
    this.survey = undefined
    if (!verdict) return false
    this.expected = verdict
    this.before = before
    this.held = verdict.after
    return true
  }

  private surveyDiffers(): string | undefined {
    if (!this.survey || !this.expected) return undefined
    for (const owner of new Set([...this.expected.lost.keys(), ...this.survey.owners.keys()])) {
      const want = this.expected.lost.get(owner) ?? 0
      const got = this.survey.owners.get(owner)?.lost ?? 0
      if (want !== got) return `owner ${owner} lost ${want} tokens, the survey says ${got}`
    }
    return this.survey.inserted === this.expected.inserted ? undefined : `${this.expected.inserted} tokens are new, the survey says ${this.survey.inserted}`
  }
}
