/** An answer that nobody has taken by then is let go, ms. */
const WANTED_MS = 5_000

const early = new Map<string, Promise<Response>>()

/** GET <path>/snapshot: asked for before what reads the answer is there. */
export function askSnapshot(path: string): Promise<Response> {
  const asked = early.get(path) ?? ask(path)
  early.delete(path)
  return asked
}

/** Somebody is on the way to the session: the first who asks for its snapshot takes over this answer. */
export function expectSession(path: string): void {
  if (early.has(path)) return
  const given = new AbortController()
  const asked = ask(path, given.signal)
  early.set(path, asked)
  setTimeout(() => {
    if (early.get(path) !== asked) return
    early.delete(path)
    given.abort()
  }, WANTED_MS)
}

function ask(path: string, signal?: AbortSignal): Promise<Response> {
  const asked = fetch(`${path}/snapshot`, { cache: 'no-store', signal: signal ?? null })
  // whoever reads it hears of a failure; before that it is nobody's
  asked.catch(() => {})
  return asked
}
