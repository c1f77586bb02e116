/** GET <path>/snapshot: asked for before what reads the answer is there. */
export function askSnapshot(path: string): Promise<Response> {
  const asked = fetch(`${path}/snapshot`, { cache: 'no-store' })
  // whoever reads it hears of a failure; before that it is nobody's
  asked.catch(() => {})
  return asked
}
