/** Where a line stands and when it was written. */
export interface Place {
  path: string
  line: number
  at: number
}

/** The person's id as an agent. */
export const USER = 'user'
