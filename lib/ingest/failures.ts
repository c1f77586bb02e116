/** Too much is waiting; nothing of this batch was taken. */
export class Overloaded extends Error {
  constructor(readonly retryAfterSeconds: number) {
    super(`More is waiting to be written than this server takes at once. Send the batch again in ${retryAfterSeconds} s.`)
  }
}

/** Another process wrote to the session between our reading and our write. */
export class Moved extends Error {}

/** Deadlock, serialisation, or a unique key that another process was faster with. */
export function isRetryable(error: unknown): boolean {
  return ['40P01', '40001', '23505'].includes(codeOf(error))
}

/** Postgres' classes for values it cannot take: data exception, integrity, program limit. */
export function isAboutData(error: unknown): boolean {
  return /^(22|23|54)/.test(codeOf(error))
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
