/** components/providers/address.ts for a file: the view stands in the fragment. */

export const readQuery = () => location.hash.slice(1)

export const addressWith = (query: string) => `${location.href.split('#')[0]}${query === '' ? '' : `#${query}`}`

export function writeQuery(query: string): void {
  if (query !== readQuery()) history.replaceState(history.state, '', `#${query}`)
}
