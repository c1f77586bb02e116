import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, as text that fits into addresses and headers. */
export function newToken(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url')
}

/** What is kept of a token. A plain hash will do: nobody guesses 256 bits, so there is nothing to slow down. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

export function newId(): string {
  return randomBytes(12).toString('base64url')
}
