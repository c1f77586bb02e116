import { Refusal } from './refusal'

/** Turns what `pg` throws while connecting into words. Never prints the password. */
export function explainConnection(url: string, error: unknown): Refusal {
  const where = describeDatabase(url)
  if (where === undefined) {
    return new Refusal('bad-database-url', {
      what: 'DATABASE_URL is not an address of a Postgres database.',
      kept: 'Nothing was changed.',
      mend: 'Write it as postgresql://user:password@host:5432/database (characters such as @ or / in the password as %40, %2F), or leave it unset.',
      cause: error,
    })
  }
  const { code, message } = (error instanceof AggregateError ? error.errors[0] : error) as { code?: string; message?: string }
  const said = `${message ?? error}`
  if (code === '28P01' || code === '28000' || /password|authentication|pg_hba/i.test(said)) {
    return new Refusal('database-rejected-login', {
      what: `The Postgres at ${where} did not accept the user or the password: ${said}.`,
      kept: 'Nothing was changed.',
      mend: 'Correct the user and the password in DATABASE_URL (characters such as @ or / are written %40, %2F).',
      cause: error,
    })
  }
  if (code === '3D000') {
    return new Refusal('database-missing', {
      what: `There is no such database at ${where}.`,
      kept: 'Nothing was changed.',
      mend: 'Create it there (createdb), or correct the name at the end of DATABASE_URL.',
      cause: error,
    })
  }
  return new Refusal('database-unreachable', {
    what: `No Postgres answers at ${where}: ${said || code || 'no answer'}.`,
    kept: 'Nothing was changed.',
    mend: 'Start that Postgres, or correct host and port in DATABASE_URL; leave it unset and Backseat starts its own.',
    cause: error,
  })
}

/** `host:port/database` without user and password; undefined when the text is no address of Postgres. */
export function describeDatabase(url: string): string | undefined {
  try {
    const { protocol, hostname, port, pathname } = new URL(url)
    if (protocol !== 'postgresql:' && protocol !== 'postgres:') return undefined
    return `${hostname || 'localhost'}:${port || 5432}${pathname}`
  } catch {
    return undefined
  }
}
