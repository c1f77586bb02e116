import { keepItems, keepReordered } from './items'
import { matchTokens } from './match'
import { compress, type OwnedLine, ownerAt } from './owned-line'

/** Runs that count as survival: see docs/detector.md. */
export interface RunLengths {
  rawRun: number
  renamedRun: number
}

/** What one write did to each owner's tokens. */
export interface Survey {
  /** Of the owners that had anything in the changed region. */
  owners: Map<number, OwnerSurvey>
  /** The same line by line, blind to renaming: what each line of the text before lost of each owner. */
  losses: LineLoss[]
  /** Tokens that count, new in the artifact. */
  inserted: number
  /** Of those, literals. */
  insertedLiterals: number
  /** The significant tokens are the same, in the same order. */
  sameTokens: boolean
  /** The changed region, whole lines, for people; `firstLine` is 0-based. */
  before: string[]
  after: string[]
  firstLine: number
  /** False where several places changed: `before` and `after` then hold them one after the other. */
  contiguous: boolean
}

export interface LineLoss {
  line: OwnedLine
  owner: number
  tokens: number
}

export interface OwnerSurvey {
  /** Tokens lost, comparing tokens as they are. */
  lost: number
  /** Tokens lost, blind to consistent renaming. */
  lostRenamed: number
  /** Of those, literals: a renaming changes none. */
  lostLiterals: number
  lostComment: number
  /** Lines that lost at least one token of this owner's. */
  lines: number
}

/** A changed region, old and new, with the tokens of unchanged text beside it. */
export interface Region {
  old: OwnedLine[]
  fresh: OwnedLine[]
  /** 0-based line of the region in the artifact. */
  from: number
  before: number
  after: number
  /** Each line is an entry of its own: its place is layout. */
  items?: boolean
  /** Both are the same data in another order. */
  reordered?: boolean
}

/** What became of the old tokens; gives the new lines their owners on the way. */
export function compareRegion({ old, fresh, from, before, after, items = false, reordered = false }: Region, writer: number, runs: RunLengths): Survey {
  if (old.every((line) => line.tokens.raw.length + line.tokens.comment.length === 0)) return allNew(old, fresh, from, writer)
  const context = { before, after }
  const oldRaw = concat(old, (line) => line.tokens.raw)
  const freshRaw = concat(fresh, (line) => line.tokens.raw)
  const raw = matchTokens(oldRaw, freshRaw, { run: runs.rawRun, ...context })
  const renamed = matchTokens(
    concat(old, (line) => line.tokens.norm),
    concat(fresh, (line) => line.tokens.norm),
    { run: runs.renamedRun, ...context },
  )
  const reached = new Uint8Array(freshRaw.length)
  for (const to of raw) if (to >= 0) reached[to] = 1
  if (items) keepItems(old, fresh, raw, reached)
  if (reordered) keepReordered(oldRaw, freshRaw, raw, reached)
  keepConsistent(oldRaw, freshRaw, raw, renamed, reached)
  const comments = matchTokens(
    concat(old, (line) => line.tokens.comment),
    concat(fresh, (line) => line.tokens.comment),
    { run: 2, before: 0, after: 0 },
  )
  const owners = new Map<number, OwnerSurvey>()
  const of = (owner: number): OwnerSurvey => {
    let survey = owners.get(owner)
    if (!survey) {
      survey = { lost: 0, lostRenamed: 0, lostLiterals: 0, lostComment: 0, lines: 0 }
      owners.set(owner, survey)
    }
    return survey
  }
  const inherited = new Int32Array(freshRaw.length).fill(writer)
  let token = 0
  let word = 0
  const commentHeirs = new Map<number, number>()
  const losses: LineLoss[] = []
  for (const line of old) {
    let previousOwner = -1
    const hurt = new Set<number>()
    for (let k = 0; k < line.tokens.raw.length; k++, token++) {
      const owner = ownerAt(line.owners, k)
      if (owner !== previousOwner) {
        of(owner)
        previousOwner = owner
      }
      const to = raw[token] as number
      const toRenamed = renamed[token] as number
      if (to >= 0) inherited[to] = owner
      if (line.tokens.counts[k] === 0) continue
      if (to < 0) {
        of(owner).lost += 1
        hurt.add(owner)
      }
      if (toRenamed < 0 && to < 0) {
        of(owner).lostRenamed += 1
        const last = losses.at(-1)
        if (last?.line === line && last.owner === owner) last.tokens += 1
        else losses.push({ line, owner, tokens: 1 })
        if (line.tokens.counts[k] === 2) of(owner).lostLiterals += 1
      }
    }
    for (let k = 0; k < line.tokens.comment.length; k++, word++) {
      const owner = ownerAt(line.commentOwner, k)
      const to = comments[word] as number
      if (to >= 0) commentHeirs.set(to, owner)
      else {
        of(owner).lostComment += 1
        hurt.add(owner)
      }
    }
    for (const owner of hurt) of(owner).lines += 1
  }
  // A token that only changed its name stays its author's.
  const shaped = new Uint8Array(freshRaw.length)
  token = 0
  for (const line of old) {
    for (let k = 0; k < line.tokens.raw.length; k++, token++) {
      const to = renamed[token] as number
      if ((raw[token] as number) < 0 && to >= 0 && reached[to] === 0) {
        inherited[to] = ownerAt(line.owners, k)
        shaped[to] = 1
      }
    }
  }
  let inserted = 0
  let insertedLiterals = 0
  let at = 0
  let freshWord = 0
  for (const line of fresh) {
    const length = line.tokens.raw.length
    if (!line.gap && length > 0) {
      const slice = inherited.slice(at, at + length)
      for (let k = 0; k < length; k++) {
        if (line.tokens.counts[k] === 0 || reached[at + k] !== 0) continue
        inserted += 1
        // in a run that is the same but for its names, literals are the same
        if (line.tokens.counts[k] === 2 && shaped[at + k] === 0) insertedLiterals += 1
      }
      line.owners = compress(slice)
    }
    at += length
    const words = line.tokens.comment.length
    if (words > 0) {
      const heirs = new Int32Array(words)
      for (let k = 0; k < words; k++) heirs[k] = commentHeirs.get(freshWord + k) ?? writer
      line.commentOwner = compress(heirs)
    }
    freshWord += words
  }
  return {
    owners,
    losses,
    inserted,
    insertedLiterals,
    sameTokens: ((items || reordered) && inserted === 0 && [...owners.values()].every((owner) => owner.lost === 0)) || sameSignificant(old, fresh),
    before: old.map((line) => line.text),
    after: fresh.map((line) => line.text),
    firstLine: from,
    contiguous: true,
  }
}

/** Nothing stood there before: all is the writer's. */
function allNew(old: OwnedLine[], fresh: OwnedLine[], from: number, writer: number): Survey {
  let inserted = 0
  let insertedLiterals = 0
  for (const line of fresh) {
    if (line.gap) continue
    line.owners = writer
    line.commentOwner = writer
    inserted += line.tokens.weight
    for (const count of line.tokens.counts) if (count === 2) insertedLiterals += 1
  }
  const texts = (lines: OwnedLine[]) => lines.map((line) => line.text)
  return {
    owners: new Map(),
    losses: [],
    inserted,
    insertedLiterals,
    sameTokens: inserted === 0,
    before: texts(old),
    after: texts(fresh),
    firstLine: from,
    contiguous: true,
  }
}

/**
 * A renaming is consistent: one name becomes one other, and no two become the same. Matches of the
 * shape alone that are not (another function of like build) are taken out of `renamed`, and so are
 * those whose new token already lives on from elsewhere.
 */
function keepConsistent(old: readonly number[], fresh: readonly number[], raw: Int32Array, renamed: Int32Array, reached: Uint8Array): void {
  const votes = new Map<number, Map<number, number>>()
  renamed.forEach((to, i) => {
    if (to < 0 || raw[i] !== -1) return
    if (reached[to] === 1) {
      renamed[i] = -1
      return
    }
    const from = old[i] as number
    const towards = votes.get(from) ?? new Map<number, number>()
    const name = fresh[to] as number
    towards.set(name, (towards.get(name) ?? 0) + 1)
    votes.set(from, towards)
  })
  if (votes.size === 0) return
  const become = new Map<number, number>()
  const claims = new Map<number, { from: number; count: number }>()
  for (const [from, towards] of votes) {
    let best: { name: number; count: number } | undefined
    for (const [name, count] of towards) if (!best || count > best.count) best = { name, count }
    if (!best) continue
    become.set(from, best.name)
    const claim = claims.get(best.name)
    // a name that stayed itself has the better claim to it
    if (!claim || from === best.name || (claim.from !== best.name && best.count > claim.count)) claims.set(best.name, { from, count: best.count })
  }
  renamed.forEach((to, i) => {
    if (to < 0 || raw[i] !== -1) return
    const from = old[i] as number
    const name = fresh[to] as number
    if (become.get(from) !== name || claims.get(name)?.from !== from) renamed[i] = -1
  })
}

function concat(lines: OwnedLine[], part: (line: OwnedLine) => readonly number[]): number[] {
  const all: number[] = []
  for (const line of lines) for (const token of part(line)) all.push(token)
  return all
}

function sameSignificant(old: OwnedLine[], fresh: OwnedLine[]): boolean {
  const significant = (lines: OwnedLine[]) => {
    const all: number[] = []
    for (const line of lines) line.tokens.raw.forEach((token, k) => (line.tokens.counts[k] as number) > 0 && all.push(token))
    return all
  }
  const a = significant(old)
  const b = significant(fresh)
  return a.length === b.length && a.every((token, k) => token === b[k])
}

/** Tokens that were counted as lost and have been found again. */
export function giveBack(survey: Survey, owner: number, field: 'lost' | 'lostComment'): void {
  const of = survey.owners.get(owner)
  if (!of) return
  of[field] = Math.max(0, of[field] - 1)
  if (field === 'lost') {
    of.lostRenamed = Math.min(of.lostRenamed, of.lost)
    of.lostLiterals = Math.min(of.lostLiterals, of.lostRenamed)
  }
  if (of.lost === 0 && of.lostComment === 0) of.lines = 0
}

/** What several writes on one artifact, one after the other, did together. */
export function combine(surveys: Survey[]): Survey {
  const owners = new Map<number, OwnerSurvey>()
  for (const survey of surveys) {
    for (const [owner, part] of survey.owners) {
      const sum = owners.get(owner) ?? { lost: 0, lostRenamed: 0, lostLiterals: 0, lostComment: 0, lines: 0 }
      owners.set(owner, {
        lost: sum.lost + part.lost,
        lostRenamed: sum.lostRenamed + part.lostRenamed,
        lostLiterals: sum.lostLiterals + part.lostLiterals,
        lostComment: sum.lostComment + part.lostComment,
        lines: sum.lines + part.lines,
      })
    }
  }
  return {
    owners,
    losses: surveys.flatMap((survey) => survey.losses),
    inserted: surveys.reduce((sum, survey) => sum + survey.inserted, 0),
    insertedLiterals: surveys.reduce((sum, survey) => sum + survey.insertedLiterals, 0),
    sameTokens: surveys.every((survey) => survey.sameTokens),
    before: surveys.flatMap((survey) => survey.before),
    after: surveys.flatMap((survey) => survey.after),
    firstLine: surveys[0]?.firstLine ?? 0,
    contiguous: false,
  }
}
