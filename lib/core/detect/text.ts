import type { Content } from '../content'

/** Gives a content's text, or undefined where it is not to be had. */
export type TextOf = (content: Content) => string | undefined

export function inlineText(content: Content): string | undefined {
  return typeof content === 'string' ? content : undefined
}
