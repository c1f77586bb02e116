import { expect, test } from 'vitest'
import { sketch } from '@/lib/core/testing/sketch'
import { drawScene } from './draw'
import { layoutLanes } from './layout'
import type { Palette } from './palette'
import { Rows } from './rows'
import { Scale, wallClock } from './scale'
import { newHits, type Scene } from './scene'

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
  const texts: string[] = []
  const filled: string[] = []
  const strokes: unknown[] = []
  const told: Record<string | symbol, unknown> = { font: '' }
  const does: Record<string | symbol, unknown> = {
    measureText: (text: string) => ({ width: text.length * 6 }),
    fillText: (text: string) => texts.push(text),
    fillRect: (_x: number, _y: number, w: number, h: number) => filled.push(`${w}x${h}`),
    stroke: () => strokes.push(told.strokeStyle),
  }
  const context = new Proxy(told, { get: (_, key) => does[key] ?? (key in told ? told[key] : () => undefined) }) as unknown as CanvasRenderingContext2D
  const rows = new Rows(state, new Map())
  const origin = state.firstAt ?? Number.NaN
  const scale = new Scale(wallClock(origin))
  scale.width = 900
  scale.set(0, 30_000)
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
    now: origin + seconds * 1000,
    live: false,
    replaying: true,
    zero: undefined,
    origin,
    selected,
    hovered: -1,
    selectedStrike: undefined,
    selectedTask: undefined,
    selectedLane: undefined,
    lens: 'all',
    hidden: new Set(),
    hits: newHits(),
  }
  drawScene(scene)
  return { texts, filled, strokes }
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
