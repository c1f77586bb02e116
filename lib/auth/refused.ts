/** An expected failure; `message` says how to mend it. */
export class AuthRefused extends Error {
  constructor(
    readonly code: 'bad_token' | 'bad_credentials' | 'email_taken' | 'bad_field' | 'not_found',
    message: string,
  ) {
    super(message)
  }
}
