/**
 * Where the view stands in the address. A saved file puts components/offline/stand-ins/address.ts in this
 * one's place: browsers do not let a page that was opened from disk change more than its fragment.
 */

/** The query, without its question mark. */
export const readQuery = () => location.search.slice(1)

/** The whole address of this page with this query. */
export const addressWith = (query: string) => `${location.origin}${location.pathname}${query === '' ? '' : `?${query}`}`

/** Writes it in place of the present one; browsers refuse to do that at pointer speed. */
export function writeQuery(query: string): void {
  if (query !== readQuery()) history.replaceState(history.state, '', addressWith(query))
}
