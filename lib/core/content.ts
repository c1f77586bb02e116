/**
 * Content is what agents read and write: prompts, answers, file bodies. On its way in it is text;
 * in the log it is a reference to text that is stored once beside the log. The fold never looks
 * inside, so it takes both.
 */
export interface ContentRef {
  /** sha-256 of the UTF-8 bytes, hexadecimal. */
  hash: string
  /** Length in UTF-16 code units, as `string.length` counts. */
  chars: number
  /** The first characters, for lists; never enough to reconstruct the whole. */
  preview: string
}

export type Content = string | ContentRef

/** Text this short stays in the event: a reference would be longer than what it stands for. */
export const INLINE_CHARS = 120

export const PREVIEW_CHARS = 100

export function isContentRef(content: Content): content is ContentRef {
  return typeof content !== 'string'
}

export function contentChars(content: Content): number {
  return typeof content === 'string' ? content.length : content.chars
}

/** The opening of a text on one line, for lists and labels. */
export function contentPreview(content: Content): string {
  return typeof content === 'string' ? previewOf(content) : content.preview
}

export function previewOf(text: string): string {
  const line = text
    .slice(0, PREVIEW_CHARS * 2)
    .replace(/\s+/g, ' ')
    .trim()
  if (line.length <= PREVIEW_CHARS) return line
  const cut = line.slice(0, PREVIEW_CHARS)
  // never end on half of a surrogate pair
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut
}
