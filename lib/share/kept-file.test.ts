import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { fileNameOf, type KeptProgram, keptFile, textParts } from './kept-file'

const PROGRAM: KeptProgram = { script: 'run()', style: 'p{}', themeScript: 'theme()', hashes: ["'sha256-a'", "'sha256-b'"] }
const unpacked = (body: string) => JSON.parse(gunzipSync(Buffer.from(body, 'base64')).toString('utf8')) as unknown

async function* nothing(): AsyncGenerator<[string, string]> {}

async function* some(texts: [string, string][]): AsyncGenerator<[string, string]> {
  yield* texts
}

test('texts lie in parts, and the index says which lies where', async () => {
  const large = 'x'.repeat(700_000)
  const parts: [string, string][] = []
  for await (const part of textParts(
    some([
      ['a', large],
      ['b', large],
      ['turn 1', '</script><b>'],
    ]),
  ))
    parts.push(part)
  expect(parts.map(([id]) => id)).toEqual(['part-0', 'part-1', 'index'])
  expect(unpacked(parts[2]?.[1] ?? '')).toEqual({ a: 0, b: 0, 'turn 1': 1 })
  expect(unpacked(parts[1]?.[1] ?? '')).toEqual([['turn 1', '</script><b>']])
})

test('what a trace calls itself ends no element, and nothing may be loaded', async () => {
  let file = ''
  const title = '</title></script><script>alert(1)</script>'
  for await (const piece of keptFile(PROGRAM, { kind: 'session', sessionId: '~~1', title, at: 1, view: '' }, nothing())) file += piece
  expect(file).not.toContain('alert(1)</script>')
  expect(file.match(/<script/g)?.length).toBe(3)
  expect(file).toContain(`content="default-src 'none'; script-src 'sha256-a' 'sha256-b'; `)
  expect(JSON.parse(/id="about">(.*?)<\/script>/.exec(file)?.[1] ?? '')).toMatchObject({ title })
})

test.each([
  ['Rework the API: part 2/3', 'Rework-the-API-part-2-3.html'],
  ['../../etc/passwd', 'etc-passwd.html'],
  ['"\r\nx: y', 'x-y.html'],
  ['日本', 'backseat.html'],
])('%j is kept as %s', (title, name) => expect(fileNameOf(title)).toBe(name))
