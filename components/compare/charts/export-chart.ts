/** What goes into a picture of a chart besides the chart: it must be understood where the page is not. */
export interface PictureWords {
  title: string
  says: string
  sentence: string
  footer: string
}

const PAD = 16

/** The chart as a file of its own: colours resolved, its key and its words written into it. `area`: what holds the chart. */
export function chartSvg(area: Element, { title, says, sentence, footer }: PictureWords): string | undefined {
  const svg = area.querySelector<SVGSVGElement>('svg.recharts-surface')
  if (!svg) return undefined
  const { width, height } = svg.getBoundingClientRect()
  const whole = Math.max(480, Math.ceil(width)) + 2 * PAD
  const parts: string[] = []
  let y = PAD
  const write = (text: string, size: number, ink: string, weight = 400) => {
    for (const line of wrapped(text, (whole - 2 * PAD) / (size * 0.52))) {
      y += size + 4
      parts.push(`<text x="${PAD}" y="${y}" font-size="${size}" font-weight="${weight}" fill="var(--${ink})">${escaped(line)}</text>`)
    }
  }
  write(title, 15, 'text', 600)
  write(says, 11, 'text-quiet')
  const key = keyOf(area, y + 16)
  if (key) {
    parts.push(key)
    y += 20
  }
  y += 8
  const copy = svg.cloneNode(true) as SVGSVGElement
  for (const link of copy.querySelectorAll('a')) for (const name of ['href', 'class', 'aria-label']) link.removeAttribute(name)
  for (const one of copy.querySelectorAll('[tabindex]')) one.removeAttribute('tabindex')
  const set = { x: String(PAD), y: String(y), width: String(width), height: String(height), 'aria-label': title }
  for (const [name, value] of Object.entries(set)) copy.setAttribute(name, value)
  parts.push(new XMLSerializer().serializeToString(copy))
  y += height + 4
  y += 4
  write(sentence, 12, 'text')
  y += 4
  write(footer, 10, 'text-quiet')
  const total = Math.ceil(y + PAD)
  return resolved(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="${total}" viewBox="0 0 ${whole} ${total}" font-family="Geist, Inter, system-ui, sans-serif">
<rect width="100%" height="100%" fill="var(--bg)"/>
${parts.join('\n')}
</svg>`,
  )
}

/** The names of colours that the chart does not name in itself. */
function keyOf(area: Element, y: number): string {
  let x = PAD
  return [...area.querySelectorAll('ul[data-key] li')]
    .map((item) => {
      const name = item.textContent?.trim() ?? ''
      const swatch = item.querySelector('svg')?.innerHTML ?? ''
      const text = `<svg x="${x}" y="${y - 9}" width="10" height="10" viewBox="0 0 10 10">${swatch}</svg><text x="${x + 15}" y="${y}" font-size="11" fill="var(--text-quiet)">${escaped(name)}</text>`
      x += 15 + name.length * 6 + 16
      return text
    })
    .join('')
}

/** A file stands alone: what the page's style sheet says is written into it. */
function resolved(text: string): string {
  const style = getComputedStyle(document.documentElement)
  return text.replace(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim() || 'currentColor')
}

export function wrapped(text: string, most: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > most) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  if (line !== '') lines.push(line)
  return lines
}

export async function saveChart(area: Element, name: string, words: PictureWords, as: 'svg' | 'png'): Promise<void> {
  const text = chartSvg(area, words)
  if (text === undefined) throw new Error('There is no picture here yet.')
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }))
  try {
    const png = as === 'png' ? await toPng(url) : undefined
    save(png ?? url, `${name}.${as}`)
    if (png) setTimeout(() => URL.revokeObjectURL(png), 10_000)
  } finally {
    setTimeout(() => URL.revokeObjectURL(url), 10_000)
  }
}

const PIXELS = 2

async function toPng(url: string): Promise<string> {
  const image = new Image()
  await new Promise((done, fail) => {
    image.onload = done
    image.onerror = () => fail(new Error('The chart could not be drawn as an image.'))
    image.src = url
  })
  const canvas = document.createElement('canvas')
  canvas.width = image.width * PIXELS
  canvas.height = image.height * PIXELS
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(URL.createObjectURL(blob)) : fail(new Error('The chart could not be made a picture.'))), 'image/png'),
  )
}

function save(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c)
}
