/**
 * Returns what puts `wanted` back as the title wherever something else replaced it. A browser may give another text back than it was given
 * (white space and control characters go): what it gave back counts as ours, or it would be set again for ever.
 */
export function keptTitle(page: { title: string }, wanted: string): () => void {
  let ours: string | undefined
  return () => {
    if (page.title === ours) return
    page.title = wanted
    ours = page.title
  }
}
