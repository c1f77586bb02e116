import { outline } from './documents'
import type { Detection, Format } from './format'

const NEAREST = 3
const KEYS_SHOWN = 6

/** What a person is told of a file that no format claims: what was seen, who comes nearest, and what each of them misses. */
export function whyUnknown(head: string, claims: readonly (Detection & { format: Format })[]): string {
  const near = claims
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, NEAREST)
  if (near.length > 0) return `No format claims it. Nearest: ${near.map(({ format, missing }) => `${format.title}: ${missing ?? 'not its shape'}`).join('; ')}.`
  return `No format claims it, and none comes near: ${seen(head)}. "npx backseat formats" lists what is known and how each begins.`
}

/** The file's beginning in a few words. */
function seen(head: string): string {
  const text = head.trimStart()
  if (!/^[[{]/.test(text)) return `it is not JSON, it begins with ${JSON.stringify(text.slice(0, 24))}`
  const { array, keys } = outline(head, 0)
  const names = [...(keys[0] ?? [])]
  if (names.length === 0) return array ? 'it is a list without objects' : 'it is an object without keys'
  const shown = names
    .slice(0, KEYS_SHOWN)
    .map((name) => JSON.stringify(name.slice(0, 40)))
    .join(', ')
  return `${array ? 'it is a list of objects' : 'its objects begin'} with ${shown}${names.length > KEYS_SHOWN ? ' and more' : ''}`
}
