import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { applyEvents } from '@/lib/core/fold'
import { print } from '@/lib/core/print'
import { newSessionState } from '@/lib/core/session'
import { FORMATS, recognise } from '..'
import { claudeCodeStream } from '../claude-code-stream'
import { crewai } from '../crewai'
import { langsmith } from '../langsmith'
import { native } from '../native'
import { openaiAgents } from '../openai-agents'
import { otlp } from '../otlp'
import { decodeWhole, gathered, printDecoded, readFixtures } from '../testing/fixtures'

/** `UPDATE_EXPECTED=1` writes what is understood now; read the difference before committing it. */
const update = process.env.UPDATE_EXPECTED === '1'

for (const format of [otlp, openaiAgents, crewai, langsmith, claudeCodeStream]) {
  describe(format.title, () => {
    for (const fixture of readFixtures(format.name)) {
      test(`${fixture.name} is understood as expected`, async () => {
        const text = printDecoded(decodeWhole(format, fixture.inputs))
        if (update) writeFileSync(join(fixture.folder, 'expected.txt'), text)
        await expect(text).toMatchFileSnapshot(join(fixture.folder, 'expected.txt'))
      })

      test(`L5: ${fixture.name} is claimed by ${format.name} alone, its name hidden`, () => {
        for (const text of fixture.inputs.values()) {
          const head = text.slice(0, 65_536)
          expect(recognise({ head })).toMatchObject({ kind: 'format', format: { name: format.name } })
          for (const other of FORMATS) if (other.name !== format.name) expect(other.detect({ head }).score, other.name).toBeLessThan(0.5)
        }
      })

      test(`L4: ${fixture.name} comes back the same from our own events`, () => {
        const { sessions } = gathered(decodeWhole(format, fixture.inputs))
        for (const [id, events] of sessions) {
          const exported = events.map((event) => JSON.stringify(event)).join('\n')
          const again = gathered(decodeWhole(native, new Map([['export.ndjson', exported]]))).sessions.get(id) ?? []
          expect(print(applyEvents(newSessionState(id), again))).toBe(print(applyEvents(newSessionState(id), events)))
        }
      })

      test(`L6: in ${fixture.name} everything that is named exists`, () => {
        for (const [id, events] of gathered(decodeWhole(format, fixture.inputs)).sessions) {
          const state = applyEvents(newSessionState(id), events)
          expect(new Set(events.map((event) => event.id)).size).toBe(events.length)
          for (const agent of state.agents.values()) {
            expect(agent.declared, agent.id).toBe(true)
            if (agent.parentId !== undefined) expect(state.agents.has(agent.parentId)).toBe(true)
          }
          for (const turn of state.turns.values()) {
            expect(turn.agentId).toBeDefined()
            if (turn.taskId !== undefined) expect(state.tasks.get(turn.taskId)?.delegatedAt).toBeDefined()
            if (turn.startedAt !== undefined && turn.endedAt !== undefined) expect(turn.endedAt).toBeGreaterThanOrEqual(turn.startedAt)
          }
          for (const task of state.tasks.values()) expect([task.by, task.to]).not.toContain(undefined)
          for (const call of state.calls.values()) if (call.turnId !== undefined) expect(state.turns.has(call.turnId)).toBe(true)
        }
      })
    }
  })
}
