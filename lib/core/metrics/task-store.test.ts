import { describe, expect, test } from 'vitest'
import { seededRandom } from '../stats/random'
import { compareDetails } from './details'
import { isEstimate } from './estimate'
import { type PackedSession, packSession } from './packed-session'
import { compareReport } from './report'
import { type Choice, TaskStore } from './task-store'
import { type MadeSession, randomSession } from './testing/random-records'
import { atThreshold } from './threshold'

const START = Date.UTC(2026, 0, 1)
const OPTIONS = { by: ['masterModel' as const], k: 5, theta: 0.7, min: 1, margin: 0.1 }

/** Sessions put, put again with other tasks, and taken out, at random; with what must be left. */
function lived(seed: number, moves: number): { store: TaskStore; left: Map<string, MadeSession> } {
  const random = seededRandom(seed)
  const store = new TaskStore()
  const left = new Map<string, MadeSession>()
  for (let i = 0; i < moves; i++) {
    const id = `s${Math.floor(random() * moves * 0.6)}`
    if (random() < 0.15) {
      expect(store.remove(id)).toBe(left.delete(id))
      continue
    }
    const made = randomSession(id, random, START + Math.floor(random() * 1e6))
    left.set(id, made)
    store.put(projectOf(id), packed(made))
  }
  return { store, left }
}

/** As a start reads it back. */
const packed = ({ session, tasks }: MadeSession) => JSON.parse(JSON.stringify(packSession(session, tasks))) as PackedSession

const projectOf = (id: string) => (id.endsWith('7') ? 'other' : 'default')

/** The same choice, taken from the records one by one. */
function naive(left: ReadonlyMap<string, MadeSession>, { project, since = 0, until = Number.POSITIVE_INFINITY, simulated, only }: Choice) {
  const inRange = [...left.values()].filter(({ session }) => {
    const { startedAt = 0 } = session
    return projectOf(session.sessionId) === project && startedAt >= since && startedAt < until && !(simulated === 'exclude' && session.simulated)
  })
  const tasks = inRange
    .flatMap((made) => made.tasks)
    .filter(({ groups }) => Object.entries(only).every(([key, value]) => (key === 'tag' ? groups.tags.includes(value) : groups[key as 'workflow'] === value)))
  const ids = new Set(tasks.map(({ sessionId }) => sessionId))
  return { tasks, sessions: inRange.map(({ session }) => session).filter(({ sessionId }) => ids.has(sessionId)) }
}

/** The order of sessions decides the order in which sums are taken, so the last digits may differ. */
function alike(a: unknown, b: unknown, path = ''): void {
  if (typeof a === 'number' && typeof b === 'number') {
    if (Math.abs(a - b) > 1e-7 * Math.max(1, Math.abs(a))) expect(a, path).toBe(b)
  } else if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)]))
      alike((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], `${path}.${key}`)
  } else expect(a, path).toBe(b)
}

const CHOICES: Choice[] = [
  { project: 'default', simulated: 'include', only: {} },
  { project: 'other', simulated: 'include', only: {} },
  { project: 'default', simulated: 'exclude', since: START + 2e5, until: START + 7e5, only: { workflow: 'docs' } },
  { project: 'default', simulated: 'include', only: { tag: 'ci', subAgentModel: 'worker-x' } },
  { project: 'default', simulated: 'include', only: { masterModel: 'nobody' } },
]

describe('records kept as columns', () => {
  test.each([1, 2, 3])('whatever came and went, every figure is that of the records that are left (seed %i)', (seed) => {
    const { store, left } = lived(seed, 600)
    expect(store.size).toBe(left.size)
    for (const choice of CHOICES) {
      const { tasks } = store.choose(choice)
      const byHand = naive(left, choice)
      expect(tasks.length).toBe(byHand.tasks.length)
      for (const by of [['masterModel'], ['subAgentModel', 'workflow'], ['tag']] as const) {
        for (const theta of [0.7, 0.45, 0.9]) {
          const options = { ...OPTIONS, by: [...by], theta }
          alike(compareReport(tasks, options), compareReport(byHand.tasks, options))
        }
      }
      alike(compareDetails(tasks, store.recordsOf(tasks), [], OPTIONS), compareDetails(byHand.tasks, byHand.sessions, [], OPTIONS))
    }
  })

  test('another threshold in columns is the record at that threshold', () => {
    const { left } = lived(4, 300)
    const tasks = [...left.values()].flatMap((made) => made.tasks)
    let moved = 0
    for (const theta of [0.3, 0.5, 0.69, 0.7, 0.71, 0.8, 0.95]) {
      const judged = tasks.map((task) => atThreshold(task, theta))
      moved += judged.filter(({ end }, i) => end.how !== tasks[i]?.end.how).length
      alike(compareReport(tasks, { ...OPTIONS, theta }).groups, compareReport(judged, OPTIONS).groups)
    }
    expect(moved).toBeGreaterThan(50)
  })

  test('auto leaves made-up ones out only where there are real ones', () => {
    const store = new TaskStore()
    const made = randomSession('a', seededRandom(1), START, 3)
    const simulated = {
      session: { ...made.session, sessionId: 'b', simulated: true },
      tasks: made.tasks.map((task) => ({ ...task, sessionId: 'b', simulated: true })),
    }
    const choice: Choice = { project: 'p', simulated: 'auto', only: {} }
    store.put('p', packed(simulated))
    expect(store.choose(choice)).toMatchObject({ simulatedLeftOut: 0, tasks: { length: 3 } })
    store.put('p', packed({ session: { ...made.session, simulated: false }, tasks: made.tasks.map((task) => ({ ...task, simulated: false })) }))
    expect(store.choose(choice)).toMatchObject({ simulatedLeftOut: 3, tasks: { length: 3 } })
    const rate = compareReport(store.choose(choice).tasks, OPTIONS).groups[0]?.overwriteRate
    expect(rate && isEstimate(rate) ? rate.n : 0).toBeLessThanOrEqual(3)
  })
})
