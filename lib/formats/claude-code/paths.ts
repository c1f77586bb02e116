/**
 * One name for one file, whoever touches it: relative to the session's folder, with the folder of an
 * isolated worktree taken away, so that a sub-agent's file and the master's are the same artifact.
 */
const WORKTREE = /^(.*?)\/?\.claude\/worktrees\/[^/]+(?:\/(.*))?$/

/** `/repo/.claude/worktrees/agent-1/src/a.ts` -> `/repo/src/a.ts` */
export function withoutWorktree(path: string): string {
  const match = WORKTREE.exec(path)
  if (!match) return path
  const root = match[1] ?? ''
  const rest = match[2]
  return rest === undefined ? root : root === '' ? rest : `${root}/${rest}`
}

export interface PathBase {
  /** The session's folder: the first that its own file names. */
  session: string | undefined
  /** The agent's folder, which differs when it works in a worktree of its own. */
  agent?: string
}

export function artifactPath(path: string, base: PathBase): string {
  const plain = tidy(withoutWorktree(slashes(path)))
  const session = base.session === undefined ? undefined : tidy(withoutWorktree(slashes(base.session)))
  const inside = session === undefined ? undefined : below(plain, session)
  if (inside !== undefined) return inside
  const agent = base.agent === undefined ? undefined : tidy(withoutWorktree(slashes(base.agent)))
  return (agent === undefined ? undefined : below(plain, agent)) ?? plain
}

/** Where a path given in a shell command lies. */
export function resolvePath(path: string, folder: string | undefined): string {
  if (path.startsWith('/') || path.startsWith('~') || /^[A-Za-z]:[\\/]/.test(path) || folder === undefined) return path
  return `${folder}/${path}`
}

function below(path: string, folder: string): string | undefined {
  if (folder === '' || folder === '/') return undefined
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined
}

function slashes(path: string): string {
  return /^[A-Za-z]:\\/.test(path) || path.includes('\\.claude\\') ? path.replaceAll('\\', '/') : path
}

function tidy(path: string): string {
  if (!path.includes('./') && !path.includes('//') && !path.endsWith('/')) return path
  const root = path.startsWith('/') ? '/' : ''
  const out: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..' && out.length > 0 && out.at(-1) !== '..') out.pop()
    else out.push(part)
  }
  return root + out.join('/')
}
