import fc from 'fast-check'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { LineCutter, readLines } from './read-lines'

async function cut(pieces: Buffer[], path = 'f') {
  const chunks = []
  for await (const chunk of readLines(path, Readable.from(pieces))) chunks.push(chunk)
  return chunks
}

const textOf = (chunks: { text: string }[]) => chunks.map((chunk) => chunk.text).join('')

describe('whole lines out of bytes', () => {
  test('however the bytes come, text and line numbers are the same', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 20 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (lines, sizes) => {
        const text = lines.map((line) => line.replaceAll('\n', ' ')).join('\n')
        const bytes = Buffer.from(text)
        const cutter = new LineCutter('f')
        const chunks = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const size = sizes[i % sizes.length] as number
          chunks.push(cutter.take(bytes.subarray(at, at + size)))
          at += size
        }
        chunks.push(cutter.end())
        expect(textOf(chunks)).toBe(Buffer.from(text).toString('utf8'))
        let line = 1
        for (const chunk of chunks) {
          expect(chunk.firstLine).toBe(line)
          line += chunk.text.split('\n').length - 1
        }
      }),
    )
  })

  test('a line that is too long is passed over, and said; the next keep their numbers', async () => {
    const cutter = new LineCutter('f', 1000)
    const chunks = [
      cutter.take(Buffer.from('a\n')),
      cutter.take(Buffer.alloc(900, 'x')),
      cutter.take(Buffer.alloc(900, 'x')),
      cutter.take(Buffer.from('x\nb\n')),
      cutter.end(),
    ]
    expect(textOf(chunks)).toBe('a\nb\n')
    expect(chunks.flatMap((chunk) => chunk.issues)).toMatchObject([{ code: 'line_too_long', place: { path: 'f', line: 2 } }])
    expect(chunks.find((chunk) => chunk.text === 'b\n')?.firstLine).toBe(3)
  })

  test('a line of 50 MB is read', async () => {
    const chunks = await cut([Buffer.from('a\n'), ...Array.from({ length: 50 }, () => Buffer.alloc(1024 * 1024, 'y')), Buffer.from('\nb')])
    expect(textOf(chunks).length).toBe(50 * 1024 * 1024 + 4)
    expect(chunks.flatMap((chunk) => chunk.issues)).toEqual([])
  })

  test('bytes that are no UTF-8 are replaced in their line only, and said', async () => {
    const chunks = await cut([Buffer.from('gut\n'), Buffer.from([0xff, 0xfe, 0x41, 0x0a]), Buffer.from('grün\n')])
    expect(textOf(chunks)).toBe('gut\n\ufffd\ufffdA\ngrün\n')
    expect(chunks.flatMap((chunk) => chunk.issues)).toMatchObject([{ code: 'bad_utf8', place: { line: 2 } }])
  })

  test('a byte order mark is no text', async () => {
    expect(textOf(await cut([Buffer.from('\ufeff{"a":1}\n')]))).toBe('{"a":1}\n')
  })
})
