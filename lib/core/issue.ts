/**
 * What could not be used, where it is, and how to mend it. Nothing is dropped without one.
 */
export interface Issue {
  /** Stable, for programs: `bad_json`, `unknown_type`, … */
  code: string
  /** A sentence that says how to mend it. */
  message: string
  severity: 'error' | 'warning' | 'note'
  place?: { path?: string; line?: number; index?: number; field?: string }
}
