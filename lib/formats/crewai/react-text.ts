/**
 * A model that thinks in text ("Thought, Action, Action Input, Observation") sometimes goes on and invents
 * the observation: words that a coworker never said. The framework throws them away; so do we, but for
 * keeping them apart.
 */
export function ownWords(text: string): { own: string; invented?: string } {
  const action = /^[ \t]*Action(?: Input)?:/m.exec(text)
  if (!action) return { own: text }
  const after = text.slice(action.index)
  const observation = /^[ \t]*Observation:/m.exec(after)
  if (!observation) return { own: text }
  const at = action.index + observation.index
  const invented = text
    .slice(at)
    .replace(/^[ \t]*Observation:\s*/, '')
    .trim()
  return { own: text.slice(0, at).trimEnd(), ...(invented === '' ? {} : { invented }) }
}

/** The call that such a text asks for. */
export function actionIn(text: string): { name: string; args: string } | undefined {
  const { own } = ownWords(text)
  const found = /^[ \t]*Action:[ \t]*(.+?)[ \t]*$\s*^[ \t]*Action Input:[ \t]*([\s\S]*)$/m.exec(own)
  if (!found?.[1] || found[2] === undefined) return undefined
  return { name: found[1].replace(/^["'`]|["'`]$/g, ''), args: found[2].trim() }
}
