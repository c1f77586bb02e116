import fc from 'fast-check'
import { expect, test } from 'vitest'
import { redactor } from './redact'

const redact = redactor('secret of this link', ['Project Falcon'])
/** Written in parts, so that scanners of repositories do not take this file for a leak. */
const join = (...parts: string[]) => parts.join('')

test.each([
  ['OpenAI', join('sk-', 'proj-abcdefghijklmnop1234567890ABCD')],
  ['Anthropic', join('sk-', 'ant-api03-abcdefghijklmnop1234567890')],
  ['AWS', join('AKIA', 'IOSFODNN7EXAMPLE')],
  ['GitHub', join('ghp_', 'abcdefghijklmnopqrstuvwxyz0123456789')],
  ['GitLab', join('glpat-', 'abcdefghij1234567890')],
  ['Slack', join('xoxb-', '123456789012-abcdefghijkl')],
  ['Google', join('AIza', 'SyA1234567890abcdefghijklmnopqrstuv')],
  ['Stripe', join('sk_live_', '4eC39HqLyjWDarjtT1zdp7dc')],
  ['npm', join('npm_', 'abcdefghijklmnopqrstuvwxyz0123456789')],
  ['ours', join('bsk_', 'abcdefghijklmnopqrstuvwxyz0123456789')],
  ['JSON web token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U'],
  ['private key', '-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\nabc\n-----END RSA PRIVATE KEY-----'],
  ['private key, cut', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA'],
  ['e-mail', 'anna.b+test@mail.example.co.uk'],
])('%s is hidden', (_name, secret) => {
  const shown = redact(`before ${secret} after`)
  expect(shown).toMatch(/^before \[[a-z -]+ [0-9a-f]{4}\]/)
  for (const part of secret.split('\n').filter((line) => line.length > 8)) expect(shown).not.toContain(part)
})

test('what stands around a secret stays', () => {
  expect(redact('DATABASE_URL=postgres://app:hunter22@db.internal/app')).toMatch(
    /^DATABASE_URL=postgres:\/\/app:\[address with a password [0-9a-f]{4}\]@db\.internal\/app$/,
  )
  expect(redact('{"password": "hunter22!"}')).toMatch(/^\{"password": "\[secret [0-9a-f]{4}\]"\}$/)
  expect(redact('curl -H "Authorization: Bearer abcdef0123456789abcdef"')).toMatch(/^curl -H "Authorization: Bearer \[token [0-9a-f]{4}\]"$/)
  expect(redact('/home/anna/src/a.ts and C:\\Users\\anna\\a.ts')).toMatch(/^\/home\/\[home (\w{4})\]\/src\/a\.ts and C:\\Users\\\[home \1\]\\a\.ts$/)
  expect(redact('the project falcon launch')).toMatch(/^the \[hidden [0-9a-f]{4}\] launch$/)
})

test('ordinary text and code stay as they are', () => {
  for (const text of [
    'export function sum(a: number, b: number) { return a + b }',
    'src/users/password-reset.ts',
    'the token was refreshed; 1,200 tokens were spent',
    'sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'toolu_01A09q90qw90lq917835lq9',
    'if (password === undefined) return',
  ])
    expect(redact(text)).toBe(text)
})

test('the same is hidden by the same mark, in another link by another', () => {
  const twice = redact('a@example.com b@example.com a@example.com')
  expect(twice).toMatch(/^(\[e-mail \w{4}\]) (\[e-mail \w{4}\]) \1$/)
  expect(redactor('another secret', [])('a@example.com')).not.toBe(redact('a@example.com'))
})

test('it ends soon, whatever it is given, and hiding again changes nothing', () => {
  const hostile = [
    'password='.repeat(20_000),
    'a@'.repeat(50_000),
    '-----BEGIN PRIVATE KEY-----'.repeat(3_000),
    'x://'.repeat(50_000),
    `${'a.'.repeat(50_000)}@`,
  ]
  for (const text of hostile) redact(text)
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(redact(redact(text))).toBe(redact(text))
    }),
  )
})
