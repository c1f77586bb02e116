/** What a comment may be on. */
export const COMMENTED = ['session', 'turn', 'intervention'] as const
export type Commented = (typeof COMMENTED)[number]

/** `id` of the turn or the intervention; of the session itself the empty text. */
export interface CommentOn {
  kind: Commented
  id: string
}

/** GET /api/v1/sessions/:id/comments. */
export interface Comment {
  id: string
  sessionId: string
  /** Server's clock, ms. */
  at: number
  author: string
  /** Undefined: the person at this computer. */
  authorId?: string
  on: CommentOn
  /** The words that it is about. */
  quote?: string
  body: string
  /** Ids of people who are named in it. */
  mentions: string[]
}
