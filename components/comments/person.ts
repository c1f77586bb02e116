/** Somebody who can be named in a comment: GET /api/v1/people. */
export interface Person {
  id: string
  name: string
}
