/** What a link or a file would hide: the API's answer. */
export interface Preview {
  found: { what: string; count: number }[]
  examples: string[]
  complete: boolean
}

/** Words as somebody writes them, with commas between. */
export function wordsOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word.length > 1)
}

export const HIDDEN_HINT = 'Keys, tokens, passwords, e-mail addresses and names of home folders are hidden in any case, as far as they are recognised.'

export function Hidden({ found, examples, complete }: Preview) {
  return (
    <div role="status" className="mt-4 rounded-md border px-3.5 py-2.5">
      <p className="text-sm font-medium">
        {found.length === 0 ? 'Nothing was recognised that would be hidden.' : found.map(({ what, count }) => `${count} × ${what}`).join(', ')}
      </p>
      <p className="mt-0.5 text-xs text-quiet">{complete ? '' : 'In the first 400 texts. '}Only what has a known shape is recognised: read what you share.</p>
      {examples.length > 0 && (
        <ul className="mt-2 space-y-1 text-xs">
          {examples.map((example, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: examples may be the same twice, and never move
            <li key={index} className="truncate font-mono text-quiet" title={example}>
              {example}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
