import { DELEGATE, NOTE, TEXT, WRITE } from './bars'
import type { Lane } from './lane'

/**
 * The colours of the timeline, read from the page's custom properties, so that the theme is told in
 * one place (app/globals.css). Vermilion, `destroyed`, is the only loud one.
 */
export interface Palette {
  bg: string
  surface: string
  border: string
  text: string
  quiet: string
  master: string
  agent: string
  tool: string
  destroyed: string
  destroyedFill: string
  accepted: string
  unknown: string
  grid: string
  selection: string
  /** Readable on `destroyed`. */
  onDestroyed: string
  /** Stripes of vermilion on `destroyedFill`. */
  hatch: CanvasPattern | string
  master_: Fills
  agent_: Fills
  other_: Fills
}

/** The fills of one role's bars, as CSS and as ABGR words for the raster. */
export interface Fills {
  text: string
  tool: string
  write: string
  delegate: string
  note: string
  accent: string
  bytes: { text: Rgb; tool: Rgb; write: Rgb }
}

export type Rgb = readonly [number, number, number]

const DARK: Record<string, string> = {
  '--bg': '#0b0d10',
  '--surface': '#14171c',
  '--border': '#23272e',
  '--text': '#e6e9ee',
  '--text-quiet': '#8b94a3',
  '--master': '#8f9bff',
  '--master-fill': '#2b3064',
  '--agent': '#4cc3ad',
  '--agent-fill': '#123d38',
  '--tool': '#8f99ab',
  '--tool-fill': '#2a2f3c',
  '--write-fill': '#195249',
  '--destroyed': '#ff5c38',
  '--destroyed-fill': '#43180f',
  '--accepted': '#58b368',
  '--unknown': '#767f8d',
  '--grid': '#181c22',
  '--selection': '#f4f6f9',
} // prettier-ignore
const LIGHT: Record<string, string> = {
  '--bg': '#ffffff',
  '--surface': '#f5f6f8',
  '--border': '#e0e3e8',
  '--text': '#14181f',
  '--text-quiet': '#5b6472',
  '--master': '#4550c8',
  '--master-fill': '#dfe2fb',
  '--agent': '#0c7c6a',
  '--agent-fill': '#d5efe9',
  '--tool': '#5d6779',
  '--tool-fill': '#e6e9ef',
  '--write-fill': '#a9ddd1',
  '--destroyed': '#d8330f',
  '--destroyed-fill': '#fbdfd7',
  '--accepted': '#23803a',
  '--unknown': '#737c8a',
  '--grid': '#eef0f3',
  '--selection': '#14181f',
} // prettier-ignore

/** `context` draws the colours once, to learn what any CSS colour is in bytes, and makes the hatching. */
export function readPalette(element: Element, context: CanvasRenderingContext2D): Palette {
  const style = getComputedStyle(element)
  const fallback = matchMedia('(prefers-color-scheme: light)').matches ? LIGHT : DARK
  const css = (name: string) => style.getPropertyValue(name).trim() || (fallback[name] ?? '#888')
  const rgb = (name: string) => bytesOf(css(name))
  const bg = rgb('--bg')
  const fills = (accent: Rgb, text: Rgb, write: Rgb, tool: Rgb): Fills => ({
    text: print(text),
    tool: print(tool),
    write: print(write),
    delegate: print(mix(bg, text, 0.55)),
    note: print(mix(bg, tool, 0.8)),
    accent: print(accent),
    bytes: { text, tool, write },
  })
  const tool = rgb('--tool-fill')
  const destroyed = rgb('--destroyed')
  return {
    bg: css('--bg'),
    surface: css('--surface'),
    border: css('--border'),
    text: css('--text'),
    quiet: css('--text-quiet'),
    master: css('--master'),
    agent: css('--agent'),
    tool: css('--tool'),
    destroyed: css('--destroyed'),
    destroyedFill: css('--destroyed-fill'),
    accepted: css('--accepted'),
    unknown: css('--unknown'),
    grid: css('--grid'),
    selection: css('--selection'),
    onDestroyed: contrast(destroyed, [255, 255, 255]) >= contrast(destroyed, [20, 6, 2]) ? '#fff' : '#140602',
    hatch: hatching(context, css('--destroyed'), css('--destroyed-fill')),
    master_: fills(rgb('--master'), rgb('--master-fill'), mix(rgb('--master-fill'), rgb('--master'), 0.3), tool),
    agent_: fills(rgb('--agent'), rgb('--agent-fill'), rgb('--write-fill'), tool),
    other_: fills(rgb('--tool'), tool, mix(tool, rgb('--tool'), 0.3), tool),
  }
}

export function fillsOf(palette: Palette, lane: Lane): Fills {
  return lane.role === 'master' ? palette.master_ : lane.role === 'agent' ? palette.agent_ : palette.other_
}

export function fillOf(fills: Fills, kind: number): string {
  return kind === TEXT ? fills.text : kind === WRITE ? fills.write : kind === DELEGATE ? fills.delegate : kind === NOTE ? fills.note : fills.tool
}

let probe: CanvasRenderingContext2D | null | undefined

/** Any CSS colour in bytes, as the browser itself understands it. */
function bytesOf(css: string): Rgb {
  if (probe === undefined) {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 1
    probe = canvas.getContext('2d', { willReadFrequently: true })
  }
  if (!probe) return [128, 128, 128]
  probe.fillStyle = '#888'
  probe.fillStyle = css
  probe.fillRect(0, 0, 1, 1)
  const { data } = probe.getImageData(0, 0, 1, 1)
  return [data[0] ?? 0, data[1] ?? 0, data[2] ?? 0]
}

function mix(a: Rgb, b: Rgb, t: number): Rgb {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

function print([r, g, b]: Rgb): string {
  return `rgb(${Math.round(r)} ${Math.round(g)} ${Math.round(b)})`
}

// Contrast ratio of WCAG 2.2, from the relative luminance of sRGB.
function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

function luminance([r, g, b]: Rgb): number {
  const linear = (byte: number) => {
    const c = byte / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}

/** Diagonal stripes that tile: 8 px, the stripe a little narrower than the space. */
function hatching(context: CanvasRenderingContext2D, stroke: string, fill: string): CanvasPattern | string {
  const size = 8
  const ratio = Math.min(2, Math.max(1, Math.round(devicePixelRatio || 1)))
  const tile = document.createElement('canvas')
  tile.width = tile.height = size * ratio
  const c = tile.getContext('2d')
  if (!c) return fill
  c.scale(ratio, ratio)
  c.fillStyle = fill
  c.fillRect(0, 0, size, size)
  c.strokeStyle = stroke
  c.globalAlpha = 0.72
  c.lineWidth = 2
  c.beginPath()
  for (let shift = -size; shift <= size; shift += size) {
    c.moveTo(shift - 2, -2)
    c.lineTo(shift + size + 2, size + 2)
  }
  c.stroke()
  const pattern = context.createPattern(tile, 'repeat')
  if (!pattern) return fill
  pattern.setTransform(new DOMMatrix().scale(1 / ratio))
  return pattern
}
