import { INTERVENTION_KINDS } from '../interventions'
import { canonicalModel } from '../models/name'
import { SEARCH_KINDS } from './answer'
import { parseQuery, type SearchFilterName } from './query'

/**
 * Beside its words an item has labels: what it can be filtered by, as words that no text can hold
 * because they begin with a colon. So every question, filters included, is one question to one index.
 */
const SIGNS: Readonly<Record<SearchFilterName, string>> = { agent: ':a', tool: ':t', path: ':p', model: ':m', kind: ':k' }

/** An item's own project and session. */
export const projectLabel = (project: string) => `:j${project}`
export const sessionLabel = (pk: number) => `:s${pk}`
/** Of a turn that still streams: its row is replaced by the next. */
export const OPEN_LABEL = ':o'
/** Items are numbered as they come; so many follow each other in one block, whose label finds them again. */
export const BLOCK_BITS = 16
export const blockLabel = (block: number) => `:b${block}`

/** Postgres holds words of up to 2,046 bytes. */
const LONGEST = 500
const MOST_PARTS = 12

export interface Labelled {
  agents: readonly string[]
  tool: string | undefined
  path: string | undefined
  model: string | undefined
  kinds: readonly string[]
}

export function labelsOf({ agents, tool, path, model, kinds }: Labelled): string[] {
  const labels = new Set<string>()
  const put = (name: SearchFilterName, values: readonly string[]) => {
    for (const value of values) if (value !== '' && value.length <= LONGEST) labels.add(SIGNS[name] + value)
  }
  for (const agent of agents) put('agent', partsOf(agent, NAME))
  if (tool !== undefined) put('tool', partsOf(tool, NAME))
  if (path !== undefined) put('path', pathParts(path))
  if (model !== undefined) put('model', partsOf(canonicalModel(model) ?? model, NAME))
  put('kind', kinds)
  return [...labels]
}

/** The labels by which a filter may be met: any of them will do. */
export function labelsAsked(name: SearchFilterName, value: string): string[] {
  const wanted = name === 'path' ? trimSlashes(value.toLowerCase()).replace(/^\*(?=\.)/, '') : name === 'kind' ? kindAsked(value) : value.toLowerCase()
  const other = name === 'model' ? canonicalModel(value)?.toLowerCase() : undefined
  return [...new Set([wanted, ...(other ? [other] : [])])].map((text) => SIGNS[name] + text.slice(0, LONGEST))
}

/** As pages write it: "peer overwrite", and "answer" for a call's result. */
function kindAsked(value: string): string {
  return value
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
    .replace(/^answer(?=$|_)/, 'result')
}

const NAME = /[\s_\-./:@]+/

/** A name, its words, and what it begins and ends with: `code-reviewer-2` is found as `code`, `reviewer`, `code-reviewer` and `reviewer-2`. */
function partsOf(name: string, between: RegExp): string[] {
  const whole = name.toLowerCase()
  const parts = new Set([whole])
  const gaps = [...whole.matchAll(new RegExp(between, 'g'))].slice(0, MOST_PARTS)
  let start = 0
  for (const gap of gaps) {
    parts.add(whole.slice(start, gap.index))
    parts.add(whole.slice(0, gap.index))
    start = gap.index + gap[0].length
    parts.add(whole.slice(start))
  }
  parts.delete('')
  return [...parts]
}

/** A path as `partsOf`, its folders for words, and how its name ends. */
function pathParts(path: string): string[] {
  const whole = trimSlashes(path.toLowerCase())
  const ending = /[^/](\.[a-z0-9]+)$/.exec(whole)?.[1]
  // what lies deep is looked for by the end of its path
  const segments = whole.split('/')
  const near = segments.slice(-MOST_PARTS).join('/')
  return [...partsOf(near, /\/+/), ...(ending ? [ending] : []), ...(near === whole ? [] : [whole])]
}

function trimSlashes(path: string): string {
  return path.replaceAll('\\', '/').replace(/^(\.?\/)+|\/+$/g, '')
}

/** Kinds that a question asks for and that nothing is of: a slip of the pen, which finds nothing for ever. */
export function unknownKinds(text: string): string[] {
  const known = new Set(labelsOf({ agents: [], tool: undefined, path: undefined, model: undefined, kinds: [...SEARCH_KINDS, 'intervention', ...INTERVENTION_KINDS] }))
  return parseQuery(text)
    .filters.filter(({ name, value }) => name === 'kind' && !labelsAsked('kind', value).some((label) => known.has(label)))
    .map(({ value }) => value)
}
