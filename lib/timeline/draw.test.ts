import { expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { DEFAULT_LANES } from '@/lib/view/lanes'
import { drawScene } from './draw'
import { drawStrikeEdges } from './draw-strikes'
import { layoutLanes } from './layout'
import type { Palette } from './palette'
import { Rows } from './rows'
import { Scale, wallClock } from './scale'
import { AXIS, newHits, type Scene } from './scene'

const { state } = sketch(`
  0s   lead starts a1
  10s  lead ends a1 (400 tokens)
  20s  lead starts a2
  30s  lead ends a2 (70 tokens)
`)
const rgb = [1, 2, 3] as const
const fills = { text: 'text', tool: 'tool', write: 'write', delegate: 'delegate', note: 'note', accent: 'accent', bytes: { text: rgb, tool: rgb, write: rgb } }
const colours = 'bg surface border text quiet master agent tool destroyed destroyedFill accepted unknown grid selection onDestroyed hatch'.split(' ')
const palette = { ...Object.fromEntries(colours.map((name) => [name, name])), master_: fills, agent_: fills, other_: fills } as unknown as Palette

/** A frame at a moment of a replay: what was written, the sizes of what was filled, the colours of strokes. A letter is 6 px wide. */
function frameAt(seconds: number, selected: number) {
  return frameOf(new Rows(state, new Map()), { now: seconds * 1000, selected, replaying: true }, 30_000)
}

/** A frame of so many ms from the beginning. Times of `change` are from there, too. */
function frameOf(rows: Rows, change: Partial<Scene>, length: number, draw: (scene: Scene) => void = drawScene) {
  const texts: string[] = []
  const filled: string[] = []
  const strokes: unknown[] = []
  const destroyed: [x: number, y: number, w: number, h: number][] = []
  const told: Record<string | symbol, unknown> = { font: '' }
  const does: Record<string | symbol, unknown> = {
    measureText: (text: string) => ({ width: text.length * 6 }),
    fillText: (text: string) => texts.push(text),
    fillRect: (x: number, y: number, w: number, h: number) => {
      filled.push(`${w}x${h}`)
      if (told.fillStyle === 'destroyed') destroyed.push([x, y, w, h])
    },
    stroke: () => strokes.push(told.strokeStyle),
  }
  const context = new Proxy(told, { get: (_, key) => does[key] ?? (key in told ? told[key] : () => undefined) }) as unknown as CanvasRenderingContext2D
  const origin = rows.state.firstAt ?? Number.NaN
  const scale = new Scale(wallClock(origin))
  scale.width = 900
  scale.set(0, length)
  const scene: Scene = {
    context,
    rows,
    layout: layoutLanes(rows, 300),
    scale,
    palette,
    fonts: { label: 'label', small: 'small', mono: 'mono' },
    width: 900,
    height: 328,
    scroll: 0,
    pinned: undefined,
    live: false,
    replaying: false,
    playhead: undefined,
    zero: undefined,
    origin,
    selected: -1,
    hovered: -1,
    selectedStrike: undefined,
    selectedTask: undefined,
    selectedLane: undefined,
    lens: 'all',
    hidden: new Set(),
    hits: newHits(),
    ...change,
    now: origin + (change.now ?? length),
  }
  draw(scene)
  return { texts, filled, strokes, destroyed }
}

test('in a replay a bar that grows has as many of its words as it had, and a drawn mark after them', () => {
  const half = frameAt(5, -1)
  expect(half.texts).toContain('400 t')
  expect(half.filled).toContain('4x12')
  const after = frameAt(12, -1)
  expect(after.texts).toContain('400 tokens')
  expect(after.filled).not.toContain('4x12')
})

test('what a replay has not come to has no ring', () => {
  expect(frameAt(5, 1).strokes).not.toContain('selection')
  expect(frameAt(25, 1).strokes).toContain('selection')
})

test('in a crowd a cut that is scrolled out of sight takes no place from one of what is rolled up below it', () => {
  const lines = ['0s lead delegates t0 to coder', '0s coder delegates s0 to helper']
  for (let i = 0; i < 70; i++) {
    const at = 1 + i * 4
    for (const [master, who, made, instead] of [
      ['lead', 'coder', 'create table users (id uuid primary key, email citext unique not null)', 'drop everything at once, and begin from nothing again'],
      ['coder', 'helper', 'export function sum(a, b) { return a + b - 0 }', 'no words of that kind are wanted here today, thanks'],
    ]) {
      lines.push(`${at}s ${master} delegates ${who}${i} to ${who}: ${who}${i}.sql`)
      lines.push(`${at + 1}s ${who} writes ${who}${i}.sql "${made}"`)
      lines.push(`${at + 2}s ${master} writes ${who}${i}.sql "${instead}"`)
    }
  }
  const made = sketch(lines.toSorted((a, b) => Number.parseFloat(a) - Number.parseFloat(b)).join('\n'))
  const rows = new Rows(made.state, new Map(made.interventions.map((finding) => [finding.id, finding])))
  rows.arrange({ ...DEFAULT_LANES, closed: ['coder'] })
  const layout = layoutLanes(rows, 300)
  const [lead, coder] = rows.lanes
  const strip = rows.lookupLane('helper')?.rows[0]
  if (!lead || !coder || !strip) throw new Error('lead and coder are shown')
  // the coder's own bars lie under the lane on top, the strip below them does not
  const scroll = strip.y - (layout.top[1] ?? 0)
  const { destroyed } = frameOf(rows, { layout, pinned: lead, scroll }, 300_000, drawStrikeEdges)
  const top = AXIS + strip.y - scroll
  const rolledUp = rows.strikeList.filter(({ loud, finding }) => loud && finding.assigneeId === 'helper')
  expect(rolledUp.length).toBeGreaterThan(60)
  for (const { cutAt } of rolledUp) {
    const x = ((cutAt - (rows.state.firstAt ?? 0)) / 300_000) * 900
    expect(destroyed.some(([left, y, w]) => left <= x + 1 && left + w >= x - 1 && y >= top - 1 && y <= top)).toBe(true)
  }
})
