/** As GET /api/v1/sessions/:id/comments has them: `Comment` of lib/store/comments.ts. */
export interface Comment {
  id: string
  sessionId: string
  at: number
  author: string
  authorId?: string
  on: CommentOn
  quote?: string
  body: string
  mentions: string[]
}

/** `id` of the turn or the intervention; of the session itself the empty text. */
export interface CommentOn {
  kind: 'session' | 'turn' | 'intervention'
  id: string
}

export interface Person {
  id: string
  name: string
}
