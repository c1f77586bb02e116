/**
 * What a person types to search, taken apart. Every word must occur:
 *
 *   retry "rate limit" hand* agent:coder path:src/auth kind:overwrite
 *
 * Text in quotes stands side by side in that order, as does what is written together (`user.id`); a star
 * finds words that begin so. What is given of one filter more than once may be either.
 */
export interface SearchQuery {
  terms: SearchTerm[]
  filters: SearchFilter[]
}

export interface SearchTerm {
  /** Without quotes and star; may hold several words. */
  text: string
  /** Its last word may go on. */
  prefix: boolean
}

export const SEARCH_FILTERS = ['agent', 'tool', 'path', 'model', 'kind'] as const
export type SearchFilterName = (typeof SEARCH_FILTERS)[number]

export interface SearchFilter {
  name: SearchFilterName
  value: string
}

/** Characters of a query that are looked at, and parts of it: more is no question of a person's. */
export const LONGEST_QUERY = 1_000
const MOST_PARTS = 24

const PART = /(?:([a-z]+):)?(?:"([^"]*)"?|(\S+))/giu

export function parseQuery(text: string): SearchQuery {
  const query: SearchQuery = { terms: [], filters: [] }
  for (const [, name, quoted, bare] of text.slice(0, LONGEST_QUERY).matchAll(PART)) {
    if (query.terms.length + query.filters.length >= MOST_PARTS) break
    const value = quoted ?? bare ?? ''
    const filter = SEARCH_FILTERS.find((known) => known === name?.toLowerCase())
    if (filter) {
      if (value.trim() !== '') query.filters.push({ name: filter, value: value.trim() })
      continue
    }
    // a colon after any other word is part of what is looked for
    const whole = name === undefined ? value : `${name}:${value}`
    const prefix = quoted === undefined && /[\p{L}\p{N}]\*$/u.test(whole)
    if (wordsOf(whole).length > 0) query.terms.push({ text: prefix ? whole.slice(0, -1) : whole, prefix })
  }
  return query
}

/** Adds a filter to what was typed, or takes it out again. */
export function toggleFilter(text: string, { name, value }: SearchFilter): string {
  const written = `${name}:${/[\s"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value}`
  const parts = [...text.matchAll(PART)].map(([part]) => part)
  const without = parts.filter((part) => part.toLowerCase() !== written.toLowerCase())
  return (without.length < parts.length ? without : [...parts, written]).join(' ')
}

/** Questions near to one that found nothing, which may find something: without filters, beginnings for words, words apart. */
export function widerQueries(text: string): string[] {
  const parts = [...text.matchAll(PART)].map(([part, name, quoted, bare]) => {
    const isFilter = SEARCH_FILTERS.some((known) => known === name?.toLowerCase())
    return { part, isFilter, quoted: isFilter || name !== undefined ? undefined : quoted, word: isFilter || quoted !== undefined ? undefined : bare }
  })
  const words = parts.filter(({ isFilter }) => !isFilter)
  const wider = [
    words.length > 0 ? words.map(({ part }) => part) : [],
    parts.map(({ part, quoted }) => quoted ?? part),
    parts.map(({ part, word }) => (word !== undefined && /^[\p{L}\p{N}]{3,}$/u.test(part) ? `${part}*` : part)),
  ].map((own) => own.join(' '))
  return [...new Set(wider)].filter((own) => own !== '' && own !== parts.map(({ part }) => part).join(' '))
}

/**
 * The words of a text as the index knows them, near enough to mark them: whatever is neither letter nor
 * digit stands between words (SEARCH_TEXT in lib/store/search.ts).
 */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
}
