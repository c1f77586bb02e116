import { Artifact } from '../provenance/artifact'
import { OUTSIDE } from '../provenance/owned-line'
import { type Held, survivors } from './fuzz-oracle'
import type { Random } from './fuzz-random'
import { flat, joined, known, LANGUAGES, nextSerial, OWNERS, RUNS, trackedOwners } from './fuzz-texts'

/** A text that was there before the session and is shown in parts: edits name what they replace. */
export class UnseenText {
  private readonly artifact: Artifact
  private readonly symbol: (n: number) => string
  /** The oracle sees all of it, line by line. */
  private lines: Held[][]
  private shown = new Set<string>()
  private last = ''

  constructor(private readonly random: Random) {
    const language = random.pick(LANGUAGES)
    this.symbol = language.symbol
    this.artifact = new Artifact(language.path, RUNS)
    this.lines = Array.from({ length: 30 + random.below(30) }, () => this.freshLine(OUTSIDE))
  }

  size(): number {
    return this.shown.size
  }

  drawing(): string {
    return this.last
  }

  edit(): string {
    const { random } = this
    const what = random.below(24)
    if (what === 0) {
      this.show()
      this.artifact.sync(this.text())
      return 'unseen: shown as a whole'
    }
    if (what === 1) {
      // somebody changes, out of sight, what nobody has shown
      this.artifact.loseSight()
      const at = random.below(this.lines.length)
      if (!this.isShown(at)) this.lines[at] = this.freshLine(OUTSIDE)
      return 'unseen: changed out of sight'
    }
    const writer = 1 + random.below(OWNERS)
    if (what === 2) {
      // A whole write shows what had not been shown; that it was there before, nobody can know.
      const at = random.below(this.lines.length)
      if (!this.isShown(at)) this.lines[at] = this.freshLine(writer)
      if (!this.artifact.complete)
        this.lines = this.lines.map((line) => line.map((token) => (this.shown.has(token.symbol) ? token : { ...token, owner: writer })))
      this.show()
      this.artifact.write(this.text(), writer)
      return 'unseen: written as a whole'
    }
    if (what === 3) this.artifact.loseSight()
    const from = 2 + random.below(this.lines.length - 5)
    const count = 1 + random.below(3)
    const old = this.lines.slice(from, from + count)
    const next = old.map((line) => line.map((token) => ({ ...token })))
    const at = random.below(next.length)
    const line = next[at] as Held[]
    switch (random.below(4)) {
      case 0:
        next.splice(at, 0, this.freshLine(writer))
        break
      case 1:
        if (this.lines.length > 25 && next.length > 1) next.splice(at, 1)
        else next[at] = this.freshLine(writer)
        break
      case 2:
        next[at] = this.freshLine(writer)
        break
      default: {
        const place = random.below(line.length)
        line.splice(place, 1 + random.below(3), ...this.freshLine(writer).slice(0, 1 + random.below(4)))
      }
    }
    const before = flat(this.lines)
    const after = [...this.lines.slice(0, from), ...next, ...this.lines.slice(from + count)]
    const verdict = survivors(before, flat(after), writer, RUNS.rawRun)
    if (!verdict) return 'open'
    const judged = new Map(verdict.after.map((token) => [token.symbol, token.owner]))
    this.lines = after.map((l) => l.map((token) => ({ ...token, owner: judged.get(token.symbol) ?? writer })))
    this.last = `“${joined(old)}”\n-> “${joined(next)}”\nwriter ${writer}, known:\n${known(this.artifact)}`
    const survey = this.artifact.edit(joined(old), joined(next), false, writer)
    if (!survey) throw new Error('an edit of text that is there was not taken')
    for (const token of [...old.flat(), ...next.flat()]) this.shown.add(token.symbol)
    return 'unseen: edit'
  }

  check(): string | undefined {
    const owners = new Map(this.lines.flat().map((token) => [token.symbol, token.owner]))
    const tracked = trackedOwners(this.artifact)
    for (const [symbol, owner] of tracked) {
      const truth = owners.get(symbol)
      if (truth === undefined) return `${symbol} is no longer in the text and owner ${owner} is said to hold it`
      if (truth !== owner) return `${symbol} belongs to ${truth} and is said to be ${owner}'s`
    }
    for (const symbol of this.shown) if (owners.has(symbol) && !tracked.has(symbol)) return `${symbol} has been shown, is in the text, and is not known`
    return undefined
  }

  private isShown(line: number): boolean {
    return this.lines[line]?.some((token) => this.shown.has(token.symbol)) === true
  }

  private show(): void {
    for (const token of this.lines.flat()) this.shown.add(token.symbol)
  }

  private text(): string {
    return joined(this.lines)
  }

  private freshLine(owner: number): Held[] {
    return Array.from({ length: 3 + this.random.below(6) }, () => ({ symbol: this.symbol(nextSerial()), owner, endsLine: false }))
  }
}
