import { Floats } from './columns'
import { AXIS, type Scene } from './scene'

/**
 * Words beside bars and cuts, kept while a frame is drawn and written after every arrow: an arrow that
 * comes later would run through them. One list for all timelines, emptied by each frame.
 */
const texts: string[] = []
const colours: string[] = []
const places = { x: new Floats(), y: new Floats() }

export function clearLabels(): void {
  texts.length = colours.length = places.x.length = places.y.length = 0
}

export function keepLabel(text: string, x: number, y: number, colour: string): void {
  texts.push(text)
  colours.push(colour)
  places.x.push(x)
  places.y.push(y)
}

/** Each with a breath of ground around it; `right`: how far the picture goes. */
export function drawLabels(scene: Scene, right: number): void {
  if (texts.length === 0) return
  const { context: c, palette, fonts, height } = scene
  c.save()
  c.globalAlpha = 1
  c.beginPath()
  c.rect(0, AXIS, right, height - AXIS)
  c.clip()
  c.font = fonts.small
  c.textAlign = 'left'
  c.textBaseline = 'middle'
  c.lineJoin = 'round'
  c.strokeStyle = palette.bg
  c.lineWidth = 4
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i] as string
    const x = places.x.at(i)
    const y = places.y.at(i)
    c.strokeText(text, x, y)
    c.fillStyle = colours[i] as string
    c.fillText(text, x, y)
  }
  c.restore()
}
