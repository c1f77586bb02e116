import type { Overview } from './overview'
import { readPalette } from './palette'
import type { Fonts, Scene } from './scene'
import type { StageElements } from './stage-events'

/** What a picture is drawn on: as large as its elements are on the screen, in the colours and fonts of the page. */
export class Surface {
  private size = ''
  private dressed = false
  private readonly unwatch: () => void

  constructor(
    private readonly elements: StageElements,
    private readonly scene: Scene,
    private readonly strip: Overview,
    onSize: () => void,
    onTheme: () => void,
  ) {
    this.unwatch = watchSurface([elements.scroller, elements.overview], onSize, () => {
      this.dressed = false
      onTheme()
    })
  }

  close(): void {
    this.unwatch()
  }

  /**
   * Brings the canvases to their sizes, the picture to `height` (px; by default that of what scrolls it).
   * Returns whether any is another than before: a canvas is empty then. Who watches a size is told of it once for nothing.
   */
  fit(height: number | undefined): boolean {
    const { elements, scene, strip } = this
    elements.canvas.style.height = `${height ?? elements.scroller.clientHeight}px`
    const size = `${sizeOf(elements.canvas)}, ${sizeOf(elements.overview)}`
    if (size === this.size) return false
    this.size = size
    const [width, sceneHeight] = fitCanvas(elements.canvas, scene.context)
    scene.scale.width = Math.max(1, width)
    scene.width = width === 0 ? 0 : scene.scale.width
    scene.height = sceneHeight
    const [stripWidth, stripHeight] = fitCanvas(elements.overview, strip.context)
    strip.width = strip.scale.width = Math.max(1, stripWidth)
    strip.height = stripHeight
    return true
  }

  /** Reads colours and fonts, where they may be others than before. */
  dress(): void {
    if (this.dressed) return
    this.dressed = true
    const { scene, elements } = this
    scene.palette = readPalette(elements.canvas, scene.context)
    readFonts(elements.canvas, scene.fonts)
  }
}

/** Gives the canvas as many pixels as the screen has under it. Returns its size in CSS pixels. */
function fitCanvas(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): [number, number] {
  const ratio = Math.min(3, devicePixelRatio || 1)
  const { width, height } = canvas.getBoundingClientRect()
  canvas.width = Math.max(1, Math.round(width * ratio))
  canvas.height = Math.max(1, Math.round(height * ratio))
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  return [width, height]
}

/** What `fitCanvas` would make of it: equal where nothing has changed. */
function sizeOf(canvas: HTMLCanvasElement): string {
  const { width, height } = canvas.getBoundingClientRect()
  return `${width} ${height} ${devicePixelRatio}`
}

function readFonts(element: Element, fonts: Fonts): void {
  const style = getComputedStyle(element)
  const mono = style.getPropertyValue('--font-mono').trim() || style.getPropertyValue('--font-geist-mono').trim() || 'ui-monospace, monospace'
  fonts.label = `500 13px ${style.fontFamily}`
  fonts.small = `500 11.5px ${style.fontFamily}`
  fonts.mono = `400 11.5px ${mono}`
}

/** Tells when the elements' size or the page's theme or fonts change; returns what stops it. */
function watchSurface(elements: readonly Element[], onSize: () => void, onTheme: () => void): () => void {
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
