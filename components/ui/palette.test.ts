import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

/** The rules that app/globals.css states, computed from what it says. WCAG 2.2, 1.4.3 and 1.4.11. */
const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8')

const GROUNDS = ['bg', 'surface', 'surface-2']
const TEXTS = [
  'text',
  'text-quiet',
  'master',
  'agent',
  'tool',
  'destroyed',
  'accepted',
  'unknown',
  'code-keyword',
  'code-string',
  'code-number',
  ...[1, 2, 3, 4, 5, 6].map((n) => `series-${n}`),
]
const FILLS = ['master-fill', 'agent-fill', 'tool-fill', 'write-fill', 'destroyed-fill', 'accepted-fill']
const TINTS = ['master', 'agent', 'destroyed', 'accepted']

describe.each(['light', 'dark'])('%s palette', (theme) => {
  const palette = paletteOf(theme)

  test.each(TEXTS.flatMap((text) => GROUNDS.map((ground) => [text, ground] as const)))('%s reads on %s', (text, ground) => {
    expect(contrast(palette(text), palette(ground))).toBeGreaterThanOrEqual(4.5)
  })

  test.each(FILLS.flatMap((fill) => ['bg', 'surface'].map((ground) => [fill, ground] as const)))('%s stands out from %s', (fill, ground) => {
    expect(contrast(palette(fill), palette(ground))).toBeGreaterThanOrEqual(3)
  })

  test.each(FILLS)('text reads on %s', (fill) => {
    expect(contrast(palette('text'), palette(fill))).toBeGreaterThanOrEqual(4.5)
  })

  test.each(['master', 'agent', 'destroyed', 'accepted'])('the ground reads on solid %s', (solid) => {
    expect(contrast(palette('bg'), palette(solid))).toBeGreaterThanOrEqual(4.5)
  })

  test.each(TINTS)('%s reads on its own tint', (name) => {
    expect(contrast(palette(name), mix(palette(name), palette('surface'), 0.13))).toBeGreaterThanOrEqual(4.5)
  })

  test.each(['selection', 'focus'])('%s stands out', (name) => {
    for (const ground of GROUNDS) expect(contrast(palette(name), palette(ground))).toBeGreaterThanOrEqual(3)
  })
})

type Rgb = [number, number, number]

function paletteOf(theme: string): (name: string) => Rgb {
  const block = css.match(new RegExp(`:root\\[data-theme=['"]${theme}['"]\\]\\s*\\{([^}]*)\\}`))?.[1]
  if (!block) throw new Error(`app/globals.css has no block for the ${theme} theme`)
  return (name) => {
    const hex = block.match(new RegExp(`--${name}:\\s*#([0-9a-f]{6})`))?.[1]
    if (!hex) throw new Error(`the ${theme} theme has no --${name}`)
    return [0, 2, 4].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as Rgb
  }
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  return a.map((value, i) => value * share + (b[i] as number) * (1 - share)) as Rgb
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => {
    const c = value / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

function contrast(a: Rgb, b: Rgb): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number]
  return (high + 0.05) / (low + 0.05)
}
