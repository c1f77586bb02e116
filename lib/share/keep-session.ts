import { randomBytes, randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import type { Pace } from '@/lib/core/pace'
import { encodeSnapshot, type Snapshot } from '@/lib/core/snapshot'
import { readContents } from '@/lib/store/contents'
import { type KeptPage, type KeptProgram, keptFile, packed, textParts } from './kept-file'
import { SharedView } from './shared-view'

export interface KeepSession {
  program: KeptProgram
  pool: Pool
  pk: number
  snapshot: Snapshot
  /** What a turn said that never told its whole answer. */
  turnText(turnId: string): Promise<string>
  /** How that came. */
  turnPace(turnId: string): Promise<Pace | undefined>
  /** Whether texts of agents go along. */
  content: boolean
  /** Words that are hidden besides what is recognised. */
  hidden: readonly string[]
  /** Query of the view that the file opens with. */
  view: string
  /** The clock, ms. */
  at: number
}

/** Texts asked of the database at once. */
const AT_ONCE = 100

/** A session as one HTML file, in pieces: what a link with the same choices would show, and nothing besides. */
export async function keepSession({
  program,
  pool,
  pk,
  snapshot,
  turnText,
  turnPace,
  content,
  hidden,
  view,
  at,
}: KeepSession): Promise<{ title: string; file: AsyncGenerator<string> }> {
  const named = new Set<string>()
  const shared = new SharedView(
    { id: randomUUID(), secret: randomBytes(32).toString('hex'), content, hidden: [...hidden] },
    { onText: (name) => named.add(name) },
  )
  const shown = shared.snapshot(snapshot)
  const title = shown.state.facts.title ?? 'Session'
  const page: KeptPage = { kind: 'session', sessionId: shared.alias, title, at, view }

  async function* texts(): AsyncGenerator<[string, string]> {
    const names = [...named]
    for (let begin = 0; begin < names.length; begin += AT_ONCE) {
      const byHash = new Map<string, string>()
      for (const name of names.slice(begin, begin + AT_ONCE)) {
        const hash = shared.hashOf(name)
        if (hash !== undefined) byHash.set(hash, name)
      }
      for (const [hash, text] of await readContents(pool, pk, [...byHash.keys()])) yield [byHash.get(hash) ?? hash, shared.redact(text)]
    }
    if (!content) return
    for (const turn of snapshot.state.turns.values()) {
      if (turn.streamedAt === undefined) continue
      const pace = await turnPace(turn.id)
      if (pace) yield [`pace ${shared.name(turn.id)}`, JSON.stringify(pace)]
      if (turn.output !== undefined) continue
      const text = await turnText(turn.id)
      if (text !== '') yield [`turn ${shared.name(turn.id)}`, shared.redact(text)]
    }
  }

  async function* parts(): AsyncGenerator<[string, string]> {
    yield ['snapshot', await packed(encodeSnapshot(shown))]
    yield* textParts(texts())
  }

  return { title, file: keptFile(program, page, parts()) }
}
