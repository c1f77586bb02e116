/** Why Backseat cannot start or use its database. The code is for programs, the three sentences are for people. */
export type RefusalCode =
  | 'already-running'
  | 'bad-database-url'
  | 'bad-setting'
  | 'build-failed'
  | 'database-unreachable'
  | 'database-rejected-login'
  | 'database-missing'
  | 'database-too-old'
  | 'disk-full'
  | 'folder-not-ours'
  | 'migration-edited'
  | 'migration-failed'
  | 'no-accounts'
  | 'no-postgres-here'
  | 'port-taken'
  | 'postgres-did-not-start'
  | 'schema-newer'
  | 'written-by-another-postgres'

/** An expected failure. `what` happened, what was `kept`, and how to `mend` it; `detail` is the raw text of the part that failed, if it says more. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: RefusalCode
  readonly what: string
  readonly kept: string
  readonly mend: string
  readonly detail: string | undefined

  constructor(code: RefusalCode, words: { what: string; kept: string; mend: string; detail?: string; cause?: unknown }) {
    super(`${words.what} ${words.kept} ${words.mend}`, words.cause === undefined ? undefined : { cause: words.cause })
    this.code = code
    this.what = words.what
    this.kept = words.kept
    this.mend = words.mend
    this.detail = words.detail
  }
}

/** True for what the operating system, Postgres' programs or Postgres itself (SQLSTATE 53100) say when no space is left. */
export function saysDiskFull(problem: unknown): boolean {
  if (typeof problem === 'string') return /no space left on device|check free disk space|not enough space on the disk|disk quota exceeded/i.test(problem)
  if (typeof problem !== 'object' || problem === null) return false
  if ('code' in problem && (problem.code === 'ENOSPC' || problem.code === 'EDQUOT' || problem.code === '53100')) return true
  return 'message' in problem && typeof problem.message === 'string' && saysDiskFull(problem.message)
}

export function diskFull(folder: string, cause?: unknown): Refusal {
  return new Refusal('disk-full', {
    what: `The disk that holds ${folder} is full.`,
    kept: 'Everything that was acknowledged is still there.',
    mend: 'Free some space (a few hundred megabytes) and start again, or point BACKSEAT_HOME at a folder on another disk.',
    cause,
  })
}
