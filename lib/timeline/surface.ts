import type { Fonts } from './scene'

/** Gives the canvas as many pixels as the screen has under it. Returns its size in CSS pixels. */
export function fitCanvas(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): [number, number] {
  const ratio = Math.min(3, devicePixelRatio || 1)
  const { width, height } = canvas.getBoundingClientRect()
  canvas.width = Math.max(1, Math.round(width * ratio))
  canvas.height = Math.max(1, Math.round(height * ratio))
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return [width, height]
}

/** What `fitCanvas` would make of it: equal where nothing has changed. */
export function sizeOf(canvas: HTMLCanvasElement): string {
  const { width, height } = canvas.getBoundingClientRect()
  return `${width} ${height} ${devicePixelRatio}`
}

export function readFonts(element: Element, fonts: Fonts): void {
  const style = getComputedStyle(element)
  const mono = style.getPropertyValue('--font-mono').trim() || style.getPropertyValue('--font-geist-mono').trim() || 'ui-monospace, monospace'
  fonts.label = `500 13px ${style.fontFamily}`
  fonts.small = `500 11.5px ${style.fontFamily}`
  fonts.mono = `400 11.5px ${mono}`
}

/** Tells when the elements' size or the page's theme or fonts change; returns what stops it. */
export function watchSurface(elements: readonly Element[], onSize: () => void, onTheme: () => void): () => void {
  const size = new ResizeObserver(onSize)
  for (const element of elements) size.observe(element)
  const theme = new MutationObserver(onTheme)
  theme.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'data-theme', 'style'] })
  const system = matchMedia('(prefers-color-scheme: dark)')
  system.addEventListener('change', onTheme)
  document.fonts?.ready.then(onTheme)
  return () => {
    size.disconnect()
    theme.disconnect()
    system.removeEventListener('change', onTheme)
  }
}
