import { detectAll } from '@/lib/core/detect/detector'
import { type Event, type EventInput, EventSchema } from '@/lib/core/event'
import { HEADLINE_KINDS, type Intervention } from '@/lib/core/interventions'
import { Random } from '@/lib/core/testing/fuzz-random'
import {
  append,
  chooseLines,
  crlf,
  deleteShare,
  dropComments,
  type Edit,
  linesToLend,
  logLines,
  minify,
  reformat,
  reformatRenameMove,
  renameAll,
  renameAndConstant,
  renameOne,
  replaceShare,
  swapHalves,
  unrelated,
  withByteOrderMark,
  wrap,
} from '@/lib/core/testing/mutate'
import { rewordEvery, rewordSentences } from '@/lib/core/testing/mutate-prose'
import type { UnitReader } from '@/lib/core/units/units'
import { BENCH_LANGUAGES, type BenchLanguage, type Piece } from './corpus'
import { PARAPHRASES } from './paraphrases'

/** What the detector made of one edit of one piece. */
export interface Outcome {
  edit: string
  language: BenchLanguage
  /** Whether the edit destroys the work, by construction; undefined where it straddles the threshold. */
  destroys: boolean | undefined
  /** The kind found on the piece's task; 'none' where nothing was. */
  kind: Intervention['kind'] | 'none'
  survival: number
  destroyed: number
  piece: string
  after: string
}

interface Case {
  edit: Edit
  destroys: boolean | undefined
  /** The kinds that are right; any but `overwrite` or `reject` where left out. */
  kinds?: readonly string[]
}

const KEEP = { destroys: false } as const
const DESTROY = { destroys: true } as const

export const CASES: Record<string, Case> = {
  reformat: { ...KEEP, edit: reformat },
  'comments dropped': { ...KEEP, edit: dropComments },
  CRLF: { ...KEEP, edit: crlf },
  'byte order mark': { ...KEEP, edit: withByteOrderMark },
  minified: { ...KEEP, edit: minify },
  'rename one': { ...KEEP, edit: renameOne },
  'rename all': { ...KEEP, edit: renameAll },
  'rename + constant': { ...KEEP, edit: renameAndConstant },
  'append 6 lines': { ...KEEP, edit: append },
  wrap: { ...KEEP, edit: wrap },
  'log every 3rd line': { ...KEEP, edit: logLines },
  'swap halves': { ...KEEP, edit: swapHalves },
  'reformat + rename + move': { ...KEEP, edit: reformatRenameMove },
  'replace 10 %': { ...KEEP, edit: replaceShare(0.1) },
  'replace 30 %': { destroys: undefined, edit: replaceShare(0.3) },
  'replace 50 %': { ...DESTROY, edit: replaceShare(0.5) },
  'replace 70 %': { ...DESTROY, edit: replaceShare(0.7) },
  'replace 100 %, keep first line': { ...DESTROY, edit: replaceShare(1, true) },
  'delete 50 %': { ...DESTROY, edit: deleteShare(0.5) },
  unrelated: { ...DESTROY, edit: unrelated },
  'prose: every 12th word': { ...KEEP, edit: rewordEvery(12) },
  'prose: 1 sentence in 6': { ...KEEP, edit: rewordSentences(0.17) },
  'prose: every 3rd word': { ...DESTROY, edit: rewordEvery(3) },
  'prose: 2 sentences in 3': { ...DESTROY, edit: rewordSentences(0.67) },
  'replace 70 %, minified': {
    ...DESTROY,
    edit: (work, donor, random) => {
      const text = replaceShare(0.7)(work, donor, random)
      return text === undefined ? undefined : minify({ ...work, text }, donor, random)
    },
  },
}

export function runBenchmark(corpus: ReadonlyMap<BenchLanguage, Piece[]>, units: UnitReader): Outcome[] {
  const outcomes: Outcome[] = [...paraphrased(units)]
  for (const language of BENCH_LANGUAGES) {
    const pieces = corpus.get(language) ?? []
    for (const [n, piece] of pieces.entries()) {
      for (const [edit, { destroys, edit: change }] of Object.entries(CASES)) {
        const random = new Random(n * 1009 + edit.length)
        const donor = donorFor(pieces, n, random)
        const after = change(piece, donor.text, random)
        if (after === undefined || after === piece.text) continue
        const session = new Script()
        session.delegate('task', 'worker')
        session.write('worker', piece.path, piece.text)
        session.end('task', 'worker')
        session.change('lead', piece, after, n)
        outcomes.push(outcome(edit, piece, destroys, session.findings(units), 'task', after))
      }
      outcomes.push(...copyBack(pieces, n, units), ...interleaved(pieces, n, units))
    }
  }
  return outcomes
}

/** Work said or done again in other words, by hand, and the same work revised a little. */
function paraphrased(units: UnitReader): Outcome[] {
  return PARAPHRASES.flatMap(({ language, path, work, reworded, revised }, n) => {
    const piece: Piece = { language, path, text: work, weight: 0, origin: 'paraphrases' }
    const judged = (edit: string, destroys: boolean, after: string) => {
      const session = new Script()
      session.delegate('task', 'worker')
      session.write('worker', path, work)
      session.end('task', 'worker')
      session.change('lead', piece, after, n)
      return outcome(edit, piece, destroys, session.findings(units), 'task', after)
    }
    return [judged('by hand: in other words', true, reworded), judged('by hand: revised a little', false, revised)]
  })
}

/** The master throws it out (an overwrite) and puts it back: the second is none. */
function copyBack(pieces: readonly Piece[], n: number, units: UnitReader): Outcome[] {
  const piece = pieces[n] as Piece
  const donor = donorFor(pieces, n, new Random(n))
  const session = new Script()
  session.delegate('task', 'worker')
  session.write('worker', piece.path, piece.text)
  session.end('task', 'worker')
  session.write('lead', piece.path, donor.text)
  const thrownOut = session.last()
  session.write('lead', piece.path, piece.text)
  const all = session.findings(units)
  return [
    outcome(
      'copy-back: thrown out',
      piece,
      true,
      all.filter((f) => f.master.eventId === thrownOut),
      'task',
      donor.text,
    ),
    outcome(
      'copy-back: put back',
      piece,
      false,
      all.filter((f) => f.master.eventId !== thrownOut),
      'task',
      piece.text,
    ),
  ]
}

/** Two owners' blocks in one file; the master replaces 70 % of the first one's and nothing of the second's. */
function interleaved(pieces: readonly Piece[], n: number, units: UnitReader): Outcome[] {
  const piece = pieces[n] as Piece
  const random = new Random(n * 31 + 7)
  const other = donorFor(pieces, n, random)
  const donor = donorFor(pieces, n, random)
  const blocks = (text: string) => {
    const lines = text.trimEnd().split('\n')
    const size = Math.max(3, Math.ceil(lines.length / 4))
    return Array.from({ length: Math.ceil(lines.length / size) }, (_, k) => lines.slice(k * size, (k + 1) * size))
  }
  const woven = (a: string[][], b: string[][]) => Array.from({ length: Math.max(a.length, b.length) }, (_, k) => [...(a[k] ?? []), ...(b[k] ?? [])]).flat()
  const mine = blocks(piece.text)
  const theirs = blocks(other.text)
  const flat = mine.flat()
  const chosen = chooseLines(flat, piece.path, 0.7, random, false)
  if (!chosen || other.text === donor.text) return []
  const lent = linesToLend(donor.text)
  if (lent.length === 0) return []
  let at = 0
  const hurt = mine.map((block) => block.map((line) => (chosen.has(at++) ? (lent[at % lent.length] as string) : line)))
  const session = new Script()
  session.delegate('task', 'worker')
  session.delegate('task-b', 'helper')
  session.write('worker', piece.path, `${flat.join('\n')}\n`)
  session.write('helper', piece.path, `${woven(mine, theirs).join('\n')}\n`)
  session.end('task', 'worker')
  session.end('task-b', 'helper')
  const after = `${woven(hurt, theirs).join('\n')}\n`
  session.write('lead', piece.path, after)
  const all = session.findings(units)
  return [
    outcome('interleaved: the one rewritten', piece, true, all, 'task', after),
    outcome('interleaved: the one left alone', piece, false, all, 'task-b', after),
  ]
}

function outcome(edit: string, piece: Piece, destroys: boolean | undefined, findings: readonly Intervention[], task: string, after: string): Outcome {
  const on = findings.filter((finding) => finding.taskId === task && finding.kind !== 'accept')
  // the gravest counts
  const finding = on.find((f) => f.kind === 'overwrite' || f.kind === 'peer_overwrite') ?? on.find((f) => f.kind === 'reject') ?? on[0]
  return {
    edit,
    language: piece.language,
    destroys,
    kind: finding?.kind ?? 'none',
    survival: finding?.survival ?? 1,
    destroyed: finding?.destroyed ?? 0,
    piece: piece.text,
    after,
  }
}

function donorFor(pieces: readonly Piece[], n: number, random: Random): Piece {
  const piece = pieces[n % pieces.length] as Piece
  for (let tries = 0; tries < 40; tries++) {
    const other = pieces[random.below(pieces.length)] as Piece
    if (other.origin !== piece.origin && other.text !== piece.text) return other
  }
  return pieces[(n + 1) % pieces.length] as Piece
}

export interface CleanTasks {
  tasks: number
  edits: number
  /** Findings of the kinds that cut a task short: every one is false. */
  false: { kind: string; edits: string[]; survival?: number }[]
}

/** Tasks whose work the master keeps, whatever it does around it. */
export function runCleanTasks(corpus: ReadonlyMap<BenchLanguage, Piece[]>, tasks: number, units: UnitReader): CleanTasks {
  const harmless = Object.entries(CASES).filter(([, { destroys }]) => destroys === false)
  const result: CleanTasks = { tasks: 0, edits: 0, false: [] }
  for (let n = 0; n < tasks; n++) {
    const random = new Random(n * 7919 + 13)
    const pieces = corpus.get(BENCH_LANGUAGES[n % BENCH_LANGUAGES.length] as BenchLanguage) ?? []
    if (pieces.length < 3) continue
    const chosen = Array.from({ length: 1 + random.below(3) }, () => random.pick(pieces))
    const path = (chosen[0] as Piece).path
    const session = new Script()
    session.delegate('task', 'worker', [path])
    let text = chosen.map((piece) => piece.text).join('\n')
    session.write('worker', path, text)
    if (random.below(3) > 0) session.end('task', 'worker')
    const done: string[] = []
    let changedLittle = false
    for (let k = 0, count = 1 + random.below(5); k < count; k++) {
      const [name, { edit }] = random.pick(harmless)
      // several small changes add up to a large one, and that is no false alarm
      if (/10 %|constant/.test(name)) {
        if (changedLittle) continue
        changedLittle = true
      }
      // once on one line, or renamed beyond its shape, it is not formatted again by such simple means
      if (done.includes('minified') && name !== 'append 6 lines') continue
      const after = edit({ text, path }, random.pick(pieces).text, random)
      if (after === undefined || after === text) continue
      text = after
      done.push(name)
      session.write('lead', path, text)
      result.edits += 1
    }
    result.tasks += 1
    for (const finding of session.findings(units))
      if (HEADLINE_KINDS.has(finding.kind)) result.false.push({ kind: finding.kind, edits: done, survival: finding.survival })
  }
  return result
}

/** A session as a list of events, one a second. */
class Script {
  private readonly events: Event[] = []

  delegate(task: string, to: string, outputs?: string[]): void {
    this.add({ type: 'task.delegated', taskId: task, by: 'lead', to, outputs })
  }

  end(task: string, by: string): void {
    this.add({ type: 'task.ended', taskId: task, status: 'completed', by })
  }

  write(who: string, path: string, content: string): void {
    this.add({ type: 'artifact.written', agentId: who, path, change: { kind: 'content', content } })
  }

  /** The same change told in the three ways that tools tell it, in turn. */
  change(who: string, piece: Piece, after: string, n: number): void {
    const edits = n % 3 === 0 ? undefined : lineEdits(piece.text, after)
    if (!edits) return this.write(who, piece.path, after)
    if (n % 3 === 1) return this.add({ type: 'artifact.written', agentId: who, path: piece.path, change: { kind: 'edit', edits } })
    const hunks = edits.map(({ old, new: fresh }) =>
      ['@@', ...old.split('\n').map((line) => `-${line}`), ...fresh.split('\n').map((line) => `+${line}`)].join('\n'),
    )
    this.add({ type: 'artifact.written', agentId: who, path: piece.path, change: { kind: 'patch', patch: `${hunks.join('\n')}\n` } })
  }

  last(): string {
    return this.events.at(-1)?.id ?? ''
  }

  findings(units: UnitReader): Intervention[] {
    return detectAll(this.events, undefined, undefined, units)
  }

  private add(event: Unstamped): void {
    const order = this.events.length
    this.events.push(EventSchema.parse({ id: `e${order}`, sessionId: 'bench', occurredAt: order * 1000, order, ...event }))
  }
}

type Unstamped = EventInput extends infer E ? (E extends EventInput ? Omit<E, 'id' | 'sessionId' | 'occurredAt'> : never) : never

/** Replacements, line by line where the number of lines is the same; undefined where a line to replace stands twice or the change is of another build. */
function lineEdits(before: string, after: string): { old: string; new: string }[] | undefined {
  const old = before.trimEnd().split('\n')
  const fresh = after.trimEnd().split('\n')
  if (old.length !== fresh.length) return undefined
  const edits: { old: string; new: string }[] = []
  for (let i = 0; i < old.length; i++) {
    if (old[i] === fresh[i]) continue
    const from = i
    while (i < old.length && old[i] !== fresh[i]) i += 1
    edits.push({ old: old.slice(from, i).join('\n'), new: fresh.slice(from, i).join('\n') })
  }
  const found = edits.every(({ old: text }) => before.split(text).length === 2)
  return found && edits.length > 0 ? edits : undefined
}
