import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { applyEvents } from '@/lib/core/fold'
import { printState } from '@/lib/core/print'
import { newSessionState } from '@/lib/core/session'
import { recognise } from '.'
import { native } from './native'
import { decodeWhole, gathered } from './testing/fixtures'
import { checkIntegrity } from './testing/format-laws'

/**
 * Every file of the recordings kept beside the project, whatever its format: it is a trace that imports
 * alone (a sub-agent's with its session), or lies beside one, or is somebody's note. What the manifest counts of it is compared in recordings.test.ts
 * of this folder and of the formats' own.
 */
const TRACES = join(process.cwd(), '..', 'shared', 'traces')
const there = existsSync(join(TRACES, 'manifest.json'))
if (!there) console.warn(`skipped: no recordings in ${TRACES}`)

const files: string[] = there
  ? (JSON.parse(readFileSync(join(TRACES, 'manifest.json'), 'utf8')) as { file: string }[])
      .map(({ file }) => file.replace(/^dev\//, ''))
      .filter((file) => existsSync(join(TRACES, file)))
  : []

/** What lies beside recordings and is no trace, with why it is none. */
const NOTES: readonly [RegExp, string][] = [
  [/(^|\/)README\.md$/, 'words of whoever collected it'],
  [/\/recordings\/[^/]+\/manifest\.json$/, 'how it was recorded'],
]

describe.skipIf(!there)('every recording', () => {
  test('is there', () => {
    expect(files.length).toBeGreaterThan(100)
  })

  test.each(files)('%s', (file) => {
    const text = readFileSync(join(TRACES, file), 'utf8')
    const found = recognise({ path: file, head: text.slice(0, 64 * 1024) })
    if (found.kind !== 'format') {
      if (found.kind === 'unknown') expect([file, NOTES.some(([pattern]) => pattern.test(file))]).toEqual([file, true])
      else expect(['companion', 'empty']).toContain(found.kind)
      return
    }
    // a sub-agent's file says who directs it only together with its session's
    const session = /^(.*)\/subagents\//.exec(file)?.[1]
    const together = session === undefined ? [file] : files.filter((other) => other === `${session}.jsonl` || other.startsWith(`${session}/`))
    const { sessions, issues } = gathered(decodeWhole(found.format, new Map(together.map((path) => [path, readFileSync(join(TRACES, path), 'utf8')]))))
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(sessions.size + issues.length).toBeGreaterThan(0)
    for (const [id, events] of sessions) {
      const state = applyEvents(newSessionState(id), events)
      // law L6
      checkIntegrity(state)
      // law L4
      const again = gathered(decodeWhole(native, new Map([['events.ndjson', events.map((event) => JSON.stringify(event)).join('\n')]])))
      expect(again.issues).toEqual([])
      expect(printState(applyEvents(newSessionState(id), again.sessions.get(id) ?? []))).toBe(printState(state))
    }
  })
})
