import type { Line } from './line'

/** What a file is, by its name; undefined: a transcript whose lines say the rest. */
export type Kind = { kind: 'transcript' } | { kind: 'meta'; agentId: string } | { kind: 'journal' } | { kind: 'workflow-run' } | { kind: 'skip'; why: string }

export interface FileState {
  kind: Kind
  /** The session that the file's folder names: the agent's files lie in `<session>/subagents/`. */
  sessionId: string | undefined
  workflow: string | undefined
  /** The last session that a line of this file named. */
  lastSessionId: string | undefined
  lastAt: number | undefined
  toldUnknown: Set<string>
  toldFork: boolean
  /** Text of a JSON file that comes in pieces. */
  text: string
  /** Newest side-chain agent of a file of the first layout, and which line belongs to which. */
  sideChains: Map<string, string>
  sideChain: string | undefined
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const REMEMBERED_SIDE_CHAIN_LINES = 20_000

export function newFileState(path: string): FileState {
  const { sessionId, workflow } = folderOf(path)
  return {
    kind: kindOf(path),
    sessionId,
    workflow,
    lastSessionId: undefined,
    lastAt: undefined,
    toldUnknown: new Set(),
    toldFork: false,
    text: '',
    sideChains: new Map(),
    sideChain: undefined,
  }
}

/** The first layout has no agent ids: a chain of parents is an agent, named after its first line. */
export function sideChainOf(file: FileState, line: Pick<Line, 'uuid' | 'parentUuid'>): string {
  const known = line.parentUuid ? file.sideChains.get(line.parentUuid) : undefined
  const starts = known === undefined && (line.parentUuid == null || file.sideChain === undefined)
  const id = known ?? (starts ? `side-${(line.uuid ?? 'chain').slice(0, 8)}` : (file.sideChain as string))
  file.sideChain = id
  if (line.uuid !== undefined) {
    file.sideChains.set(line.uuid, id)
    if (file.sideChains.size > REMEMBERED_SIDE_CHAIN_LINES) {
      const oldest = file.sideChains.keys().next().value
      if (oldest !== undefined) file.sideChains.delete(oldest)
    }
  }
  return id
}

function kindOf(path: string): Kind {
  const name = path.split(/[\\/]/).at(-1) ?? ''
  const meta = /^agent-(.+)\.meta\.json$/.exec(name)
  if (meta) return { kind: 'meta', agentId: meta[1] as string }
  if (name === 'journal.jsonl') return { kind: 'journal' }
  if (/\/workflows\/[^/]+\.json$/.test(path)) return { kind: 'workflow-run' }
  const internal = /^agent-(a?(?:compact|prompt(?:_suggestion)?)[-_][^.]*)\.jsonl$/.exec(name)
  if (internal) return { kind: 'skip', why: `${name} is the tool's own work (compacting or suggesting a prompt), not a sub-agent's; it was passed over.` }
  return { kind: 'transcript' }
}

export function isInternalAgent(agentId: string): boolean {
  return /^a?(compact|prompt(_suggestion)?)[-_]/.test(agentId)
}

/** `<session>/subagents/agent-1.jsonl`, `<session>/subagents/workflows/<run>/agent-1.jsonl`. */
export function folderOf(path: string): { sessionId: string | undefined; workflow: string | undefined } {
  const parts = path.split(/[\\/]/)
  const at = Math.max(parts.lastIndexOf('subagents'), parts.lastIndexOf('workflows'))
  const anchor = parts.indexOf('subagents') >= 0 ? parts.lastIndexOf('subagents') : at
  const owner = anchor > 0 ? parts[anchor - 1] : undefined
  const workflow = parts[anchor] === 'subagents' && parts[anchor + 1] === 'workflows' ? parts[anchor + 2] : undefined
  return { sessionId: owner !== undefined && UUID.test(owner) ? owner : undefined, workflow }
}

/** Some writers mark an agent's lines as `<session>#agent-<id>`. */
export function plainSessionId(id: string | undefined): string | undefined {
  const plain = id?.split('#')[0]
  return plain === '' ? undefined : plain?.slice(0, 200)
}

export function countLines(text: string): number {
  let n = 0
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) n++
  return n + (text !== '' && !text.endsWith('\n') ? 1 : 0)
}
