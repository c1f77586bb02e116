import { describe, expect, it } from 'vitest'
import { type Event, type EventInput, EventSchema } from '@/lib/core/event'
import { compareEvents } from '@/lib/core/order'
import { MAX_SPEED, SampleError, type SampleOptions, startSample } from './player'
import { sampleScript } from './script'
import { FakeTime } from './testing/fake-time'

const START = Date.UTC(2026, 2, 1, 12)

function listen(options: Partial<SampleOptions> = {}) {
  const time = new FakeTime(START)
  const batches: { at: number; events: EventInput[] }[] = []
  const sample = startSample({
    speed: 1,
    sessionId: 'demo',
    startedAt: START,
    clock: time.clock,
    timer: time.timer,
    ingest: async (events) => {
      batches.push({ at: time.clock() - START, events })
    },
    ...options,
  })
  return { time, batches, sample, received: () => batches.flatMap((batch) => batch.events).map((event) => EventSchema.parse(event)) }
}

describe('the sample, played', () => {
  it('tells the whole script, each event once, in its order', async () => {
    const { time, sample, received } = listen()
    const end = await time.until(sample.done)
    const script = sampleScript('demo')
    expect(end).toEqual({ how: 'completed', events: script.length })
    expect(received().map((event) => event.id)).toEqual(script.map((beat) => beat.event.id))
    expect([...received()].sort(compareEvents)).toEqual(received())
  })

  it('takes its minutes at speed 1, and a quarter of them at speed 4', async () => {
    const length = sampleScript('demo').at(-1)?.at ?? 0
    expect(length / 60_000).toBeGreaterThan(4)
    expect(length / 60_000).toBeLessThan(5)
    for (const speed of [1, 4, MAX_SPEED]) {
      const { time, sample } = listen({ speed })
      await time.until(sample.done)
      expect(time.clock() - START).toBeGreaterThanOrEqual(length / speed)
      expect(time.clock() - START).toBeLessThan(length / speed + 200)
    }
  })

  it('stamps each event with the moment at which it was due, which is hardly before it went out', async () => {
    const { time, batches, sample } = listen()
    await time.until(sample.done)
    for (const batch of batches) {
      for (const event of batch.events) {
        const late = START + batch.at - Number(event.occurredAt)
        expect(late).toBeGreaterThanOrEqual(0)
        expect(late).toBeLessThanOrEqual(130)
      }
    }
  })

  it('sends small batches while tokens stream, and none that is empty', async () => {
    const { time, batches, sample } = listen()
    await time.until(sample.done)
    expect(Math.min(...batches.map((batch) => batch.events.length))).toBe(1)
    expect(Math.max(...batches.map((batch) => batch.events.length))).toBeLessThan(40)
    const gaps = batches.slice(1).map((batch, i) => batch.at - (batches[i]?.at ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100)
    expect(gaps.sort((a, b) => a - b)[Math.floor(gaps.length / 2)]).toBeLessThanOrEqual(250)
  })

  it('changes its speed while it plays; what lies behind keeps its times', async () => {
    const { time, sample, received } = listen({ speed: 0.5 })
    await time.advance(20_000)
    const before = received()
    sample.setSpeed(8)
    expect(sample.speed).toBe(8)
    await time.advance(10_000)
    const script = sampleScript('demo')
    const after = received()
    expect(after.slice(0, before.length)).toEqual(before)
    // 20 s at half speed and 10 s at eightfold: 90 s of the script
    expect(after.length).toBe(script.filter((beat) => beat.at <= 90_000).length)
    const times = after.map((event) => event.occurredAt)
    expect([...times].sort((a, b) => a - b)).toEqual(times)
    await time.until(sample.done)
  })

  it('refuses speeds that nobody could watch, or none at all', () => {
    const { sample } = listen()
    for (const speed of [0, -1, 0.1, 17, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => sample.setSpeed(speed)).toThrow(SampleError)
      expect(() => listen({ speed })).toThrow('between 0.5 and 16')
    }
    sample.stop()
  })

  it('catches up at once when it began a minute ago', async () => {
    const { time, sample, received } = listen({ startedAt: START - 60_000 })
    await time.advance(200)
    expect(received().length).toBeGreaterThanOrEqual(sampleScript('demo').filter((beat) => beat.at <= 60_000).length)
    expect(received()[0]?.occurredAt).toBe(START - 60_000)
    sample.stop()
    await time.until(sample.done)
  })
})

describe('the sample, stopped', () => {
  it.each([0, 1_500, 30_000, 120_000])('ends what is open after %i ms and blames nobody but the harness', async (ms) => {
    const { time, sample, received } = listen()
    await time.advance(ms)
    sample.stop()
    const end = await time.until(sample.done)
    expect(end.how).toBe('stopped')
    const events = received()
    expect(events.length).toBe(end.events)
    expect(events.at(-1)).toMatchObject({ type: 'session.ended', status: 'cancelled' })
    expect(stillOpen(events)).toEqual([])
    const cancelled = events.filter((event) => event.type === 'task.ended' && event.id.startsWith('sample:stop'))
    for (const event of cancelled) expect(event).toMatchObject({ by: 'harness', status: 'cancelled' })
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length)
    const sent = events.length
    await time.advance(60_000)
    expect(received().length).toBe(sent)
  })

  it('is simulated however early it is stopped', async () => {
    const { time, sample, received } = listen()
    sample.stop()
    await time.until(sample.done)
    expect(received()[0]).toMatchObject({ type: 'session.started', simulated: true })
  })
})

describe('the sample, when ingest fails', () => {
  it('tries the same events again and goes on', async () => {
    let failures = 3
    const taken: string[] = []
    const { time, sample } = listen({
      ingest: async (events) => {
        if (taken.length > 50 && failures-- > 0) throw new Error('the database is restarting')
        taken.push(...events.map((event) => event.id))
      },
    })
    const end = await time.until(sample.done)
    expect(end.how).toBe('completed')
    expect(taken).toEqual(sampleScript('demo').map((beat) => beat.event.id))
  })

  it('gives up with words after five attempts', async () => {
    const { time, sample } = listen({
      ingest: async () => {
        throw new Error('no room on the disk')
      },
    })
    await expect(time.until(sample.done)).rejects.toThrow('gave up after 5 attempts to store its events: no room on the disk')
  })
})

function stillOpen(events: Event[]): string[] {
  const open = new Set<string>()
  for (const event of events) {
    if (event.type === 'turn.started') open.add(event.turnId)
    if (event.type === 'turn.ended') open.delete(event.turnId)
    if (event.type === 'task.delegated') open.add(event.taskId)
    if (event.type === 'task.ended') open.delete(event.taskId)
    if (event.type === 'tool.called') open.add(event.callId)
    if (event.type === 'tool.returned') open.delete(event.callId)
  }
  return [...open]
}
