import type { Context } from 'hono'
import type { z } from 'zod'
import { Refused } from './problem'

const MAX_SMALL = 64 * 1024

/** A small JSON object, or nothing. Throws Refused. */
export async function smallJson(context: Context): Promise<Record<string, unknown>> {
  const type = context.req.header('content-type')
  const text = await context.req.text()
  if (text.length > MAX_SMALL) throw new Refused('too_large', 'This body may have 64 kB.')
  if (text.trim() === '') return {}
  // A form of a foreign page cannot send this type without being asked first.
  if (!type?.startsWith('application/json')) throw new Refused('unsupported_type', 'Send application/json.')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Refused('bad_json', 'The body is not JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Refused('bad_request', 'The body must be a JSON object.')
  return Object.fromEntries(Object.entries(value))
}

/** The same, as `schema` has it. Throws Refused with the place of what is wrong. */
export async function parsedBody<T extends z.ZodType>(context: Context, schema: T): Promise<z.output<T>> {
  const body = await smallJson(context)
  const result = schema.safeParse(body)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new Refused('bad_request', issue ? sentence(issue, body) : 'The body does not fit docs/api.md.')
}

function sentence(issue: z.core.$ZodIssue, body: unknown): string {
  const place = issue.path.map(String).join('.')
  const given = issue.path.reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined), body)
  if (issue.code === 'invalid_type' && given === undefined && place !== '') return `"${place}" is missing: send ${article(issue.expected)}.`
  return `"${place}": ${issue.message.replace(/\.$/, '')}.`
}

const article = (type: string) => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`
