import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { EventSchema } from '@/lib/core/event'
import { EVENT_MEANINGS, eventJsonSchema, printedSchema } from './event-schema'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const Branch = z.object({ properties: z.record(z.string(), z.unknown()), required: z.array(z.string()), description: z.string() })
const branches = z
  .object({ oneOf: z.array(Branch) })
  .parse(eventJsonSchema())
  .oneOf.map((branch) => ({ ...branch, type: z.object({ const: z.string() }).parse(branch.properties.type).const }))

const formats = read('docs/formats.md')
const native = formats.slice(formats.indexOf('# Native events'))
const ENVELOPE = ['type', 'id', 'sessionId', 'occurredAt', 'order', 'version', 'source', 'evidence', 'attributes']

/** The text below a heading, up to the next heading of the same or a higher level. */
function sectionOf(heading: string): string {
  const level = heading.indexOf(' ')
  const after = native.split(`\n${heading}\n`)[1] ?? ''
  return after.split(new RegExp(`\n#{1,${level}} `))[0] ?? ''
}

function rows(section: string): Map<string, string> {
  return new Map(Array.from(section.matchAll(/^\| `(\w+)` \| (\w*) ?\|/gm), ([, name = '', required = '']) => [name, required]))
}

describe('docs/event.schema.json', () => {
  it('is what the zod types say now (node scripts/generate-schema.mjs writes it)', () => {
    expect(read('docs/event.schema.json')).toBe(printedSchema())
  })

  it('has a branch with a meaning for every type of event', () => {
    expect(branches.map((branch) => branch.type)).toEqual(Object.keys(EVENT_MEANINGS))
    for (const branch of branches) expect(branch.description).toBe(EVENT_MEANINGS[branch.type as keyof typeof EVENT_MEANINGS])
  })
})

describe('docs/formats.md on native events', () => {
  it('describes the fields that every event has', () => {
    expect([...rows(sectionOf('## Fields of every event')).keys()].sort()).toEqual([...ENVELOPE].sort())
  })

  it.each(branches.map((branch) => [branch.type, branch] as const))('describes every field of %s, and no other', (type, branch) => {
    const described = rows(sectionOf(`### \`${type}\``))
    // The kinds of change stand in a table of their own.
    for (const kind of ['content', 'append', 'edit', 'patch', 'delete', 'move', 'revert', 'opaque']) if (type === 'artifact.written') described.delete(kind)
    const own = Object.keys(branch.properties).filter((field) => !ENVELOPE.includes(field))
    expect([...described.keys()].sort()).toEqual(own.sort())
    for (const field of own) expect(`${field} ${described.get(field)}`.trim()).toBe(branch.required.includes(field) ? `${field} required` : field)
  })

  it.each(branches.map((branch) => branch.type))('has a valid example of %s', (type) => {
    const examples = Array.from(sectionOf(`### \`${type}\``).matchAll(/```json\n([\s\S]*?)\n```/g), ([, text = '']) => JSON.parse(text))
    expect(examples.length).toBeGreaterThan(0)
    for (const example of examples) {
      expect(EventSchema.safeParse(example).error).toBeUndefined()
      expect(example.type).toBe(type)
    }
  })
})
