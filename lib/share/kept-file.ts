import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

/** A page of the dashboard as one HTML file, that opens from disk and asks nobody for anything. What reads it is components/offline. */
export type KeptPage = { title: string /** When it was saved, ms. */; at: number /** Query of the view that it opens with. */; view: string } & (
  | { kind: 'session'; sessionId: string }
  | { kind: 'comparison' }
)

/** Which text lies in which part. */
export type KeptIndex = Record<string, number>

/** The program of such a file, built with the pages (scripts/offline-page.mjs). */
export interface KeptProgram {
  script: string
  style: string
  /** Runs in the head: the theme, before the first paint. */
  themeScript: string
  /** What the policy lets run: "'sha256-...'" of the two scripts. */
  hashes: readonly string[]
}

/** Characters of texts in one part: as much as is unpacked to show one of them. */
const PART_CHARS = 1_000_000

const zip = promisify(gzip)

export async function packed(body: string | Uint8Array): Promise<string> {
  return (await zip(body)).toString('base64')
}

/** Everything before the program. `parts`: element ids with their packed bodies. */
export async function* keptFile(program: KeptProgram, page: KeptPage, parts: AsyncIterable<[id: string, body: string]>): AsyncGenerator<string> {
  yield headOf(program, page)
  yield dataElement('about', 'application/json', JSON.stringify(page).replaceAll('<', '\\u003c'))
  for await (const [id, body] of parts) yield dataElement(id, 'text/plain', body)
  yield `<script>${program.script}</script>\n</body>\n</html>\n`
}

/** Texts, a million characters a part, and at the end which lies where. */
export async function* textParts(texts: AsyncIterable<[name: string, text: string]>): AsyncGenerator<[id: string, body: string]> {
  const index: KeptIndex = {}
  let part: [string, string][] = []
  let chars = 0
  let number = 0
  for await (const [name, text] of texts) {
    index[name] = number
    part.push([name, text])
    chars += text.length
    if (chars < PART_CHARS) continue
    yield [`part-${number}`, await packed(JSON.stringify(part))]
    part = []
    chars = 0
    number++
  }
  if (part.length > 0) yield [`part-${number}`, await packed(JSON.stringify(part))]
  yield ['index', await packed(JSON.stringify(index))]
}

/** A name for the file that every system takes. */
export function fileNameOf(title: string): string {
  const name = title
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 80)
  return `${name || 'backseat'}.html`
}

function dataElement(id: string, type: string, body: string): string {
  return `<script type="${type}" id="${id}">${body}</script>\n`
}

function headOf({ style, themeScript, hashes }: KeptProgram, { title }: KeptPage): string {
  const policy = [
    "default-src 'none'",
    `script-src ${hashes.join(' ')}`,
    "style-src 'unsafe-inline'",
    'img-src data: blob:',
    'font-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)} · Backseat</title>
<script>${themeScript}</script>
<style>${style}</style>
</head>
<body>
<noscript>This file shows a recorded session and needs JavaScript. It loads nothing from anywhere.</noscript>
<div id="root"></div>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
}
