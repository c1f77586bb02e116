/** The chart as a file of its own: colours and fonts resolved, title and footer written into it. */
export function chartSvg(svg: SVGSVGElement, title: string, footer: string): string {
  const { width, height } = svg.getBoundingClientRect()
  const style = getComputedStyle(document.documentElement)
  const copy = svg.cloneNode(true) as SVGSVGElement
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.setAttribute('x', '0')
  copy.setAttribute('y', String(TOP))
  copy.setAttribute('width', String(width))
  copy.setAttribute('height', String(height))
  const resolve = (text: string) => text.replace(/var\((--[\w-]+)\)/g, (_, name: string) => style.getPropertyValue(name).trim() || 'currentColor')
  const text = style.getPropertyValue('--text').trim()
  const quiet = style.getPropertyValue('--text-quiet').trim()
  const total = height + TOP + BOTTOM
  return resolve(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" font-family="system-ui, sans-serif">
<rect width="100%" height="100%" fill="var(--bg)"/><text x="12" y="22" font-size="14" font-weight="600" fill="${text}">${escaped(title)}</text>
${new XMLSerializer().serializeToString(copy)}
<text x="12" y="${total - 10}" font-size="10" fill="${quiet}">${escaped(footer)}</text></svg>`,
  )
}

const TOP = 34
const BOTTOM = 28

export async function saveChart(svg: SVGSVGElement, name: string, title: string, footer: string, as: 'svg' | 'png'): Promise<void> {
  const text = chartSvg(svg, title, footer)
  const url = URL.createObjectURL(new Blob([text], { type: 'image/svg+xml' }))
  try {
    save(as === 'svg' ? url : await toPng(url), `${name}.${as}`)
  } finally {
    setTimeout(() => URL.revokeObjectURL(url), 1000)
  }
}

async function toPng(url: string): Promise<string> {
  const image = new Image()
  await new Promise((done, fail) => {
    image.onload = done
    image.onerror = () => fail(new Error('The chart could not be drawn as an image.'))
    image.src = url
  })
  const canvas = document.createElement('canvas')
  canvas.width = image.width * 2
  canvas.height = image.height * 2
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/png')
}

function save(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
}

function escaped(text: string): string {
  return text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c)
}
