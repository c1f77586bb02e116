import type { AgentId } from '../ids'
import type { KnownAgent } from './world'

interface Readable {
  agents: ReadonlyMap<AgentId, Pick<KnownAgent, 'name' | 'agentType'>>
}

/**
 * A sentence as people read it: agents by the name of their lane where their id is a key ("acdf3d7") rather
 * than a word, and one stop at the end where what it quotes brings its own.
 */
export function readable({ agents }: Readable, sentence: string, ids: Iterable<AgentId | undefined>): string {
  let said = sentence
  for (const id of new Set(ids)) {
    if (id === undefined || !/\d/.test(id)) continue
    const agent = agents.get(id)
    const name = agent?.name ?? agent?.agentType
    if (name !== undefined && name !== id) said = said.replace(wholeWord(id), () => name)
  }
  return said.replace(/([.!?…])\.$/, '$1')
}

/** A session has few agents, and each of its findings asks for the same ones. */
const patterns = new Map<string, RegExp>()
const MOST_PATTERNS = 500

/** Not within a path, an address or a longer key. */
function wholeWord(id: string): RegExp {
  let pattern = patterns.get(id)
  if (!pattern) {
    pattern = new RegExp(`(?<![\\w/.:@-])${id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w/:@-]|\\.\\w)`, 'g')
    if (patterns.size >= MOST_PATTERNS) patterns.clear()
    patterns.set(id, pattern)
  }
  return pattern
}

/** The beginning of a text for a quote: at most so many characters, of whole words. */
export function quoted(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim()
  if (line.length <= most) return line
  const cut = line.slice(0, most)
  const space = cut.lastIndexOf(' ')
  // one long word has no better place; never half of a surrogate pair
  return `${(space > most / 2 && line[most] !== ' ' ? cut.slice(0, space) : cut).replace(/[\ud800-\udbff]$/, '').replace(/[\s,;:]+$/, '')}…`
}
