import { ByteWriter } from './bytes'
import { CONTENTS, FLOATS, JSONS, NAMES, REFERENCES, SAME, STEPS, TEXTS } from './column-kinds'
import { type Content, isContentRef } from './content'

/**
 * Rows as columns of bytes: small, and read without making an object a row.
 *
 *   rows     { agentId: 'a', startedAt: 1000, usage: { outputTokens: 7 } }, { agentId: 'a', startedAt: 1020 }
 *   columns  agentId: names ['a'], [0, 0]    startedAt: steps [1000, 20]    usage.outputTokens: steps [7, none]
 *
 * Objects in objects become paths. A column that nobody asks for is never decoded.
 */
export interface EncodeOptions {
  /** Fields whose texts are ids of rows of another table, or of one's own: kept as row numbers. */
  references?: Readonly<Record<string, ReadonlyMap<string, number>>>
}

/** `part` says into which of the parts, in order, a path goes. */
export function encodeRows<T extends object>(
  rows: readonly T[],
  parts: readonly ByteWriter[],
  part: (path: string) => number,
  options: EncodeOptions = {},
): void {
  const root = newNode()
  const fields = new Map<string, unknown[]>()
  const walk = (node: Node, path: string, value: object, row: number) => {
    let any = false
    for (const key in value) {
      const inner = (value as Record<string, unknown>)[key]
      if (inner === undefined) continue
      any = true
      let child = node.children.get(key)
      if (!child) {
        child = newNode()
        node.children.set(key, child)
      }
      if (typeof inner === 'object' && inner !== null && !Array.isArray(inner) && !isReference(inner)) walk(child, `${path}${key}.`, inner, row)
      else {
        if (!child.values) {
          child.values = new Array(rows.length)
          fields.set(path + key, child.values)
        }
        child.values[row] = inner
      }
    }
    if (any || node === root) return
    // an object with nothing in it is not the same as none
    if (!node.empty) {
      node.empty = new Array(rows.length)
      fields.set(path, node.empty)
    }
    node.empty[row] = true
  }
  rows.forEach((row, index) => {
    walk(root, '', row, index)
  })
  const paths = parts.map((_, index) => [...fields.keys()].filter((path) => part(path) === index))
  parts.forEach((writer, index) => {
    const own = paths[index] ?? []
    const written: Uint8Array[] = []
    writer.whole(rows.length)
    writer.whole(own.length)
    for (const path of own) {
      const body = new ByteWriter()
      const kind = writeColumn(body, rows.length, fields.get(path) ?? [], options.references?.[path])
      const bytes = body.written()
      const same = written.findIndex((other) => other.length === bytes.length && other.length > 8 && other[0] === kind && sameBytes(other, bytes))
      writer.text(path)
      if (same >= 0) {
        writer.whole(SAME)
        writer.whole(same)
      } else {
        writer.whole(kind)
        writer.whole(bytes.length)
        writer.raw(bytes)
      }
      const copy = bytes.slice()
      copy[0] = kind
      written.push(copy)
    }
  })
}

/** Where a path leads to: values of its own, objects, or both. */
interface Node {
  values: unknown[] | undefined
  empty: unknown[] | undefined
  children: Map<string, Node>
}

function newNode(): Node {
  return { values: undefined, empty: undefined, children: new Map() }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  // the first byte is the kind's
  for (let i = 1; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

function isReference(value: object): boolean {
  return 'hash' in value && 'preview' in value && 'chars' in value
}

/** Writes a byte for the kind's sake, then the values; returns the kind. */
function writeColumn(writer: ByteWriter, length: number, values: unknown[], target: ReadonlyMap<string, number> | undefined): number {
  writer.whole(0)
  let numbers = true
  let texts = true
  let contents = true
  let steps = true
  let before = 0
  for (let i = 0; i < length; i++) {
    const value = values[i]
    if (value === undefined) continue
    if (typeof value === 'number') {
      texts = contents = false
      if (!Number.isSafeInteger(value) || Math.abs(value - before) > 2 ** 51) steps = false
      before = value
    } else {
      numbers = false
      if (typeof value === 'string') {
        // half of a surrogate pair has no UTF-8
        if (!isWellFormed(value)) texts = contents = false
      } else {
        texts = false
        if (typeof value !== 'object' || value === null || !isReference(value) || !wellFormedReference(value as Content)) contents = false
      }
    }
  }
  if (numbers && steps) {
    before = 0
    for (let i = 0; i < length; i++) {
      const value = values[i] as number | undefined
      if (value === undefined) writer.whole(0)
      else {
        writer.whole(zigzag(value - before) + 1)
        before = value
      }
    }
    return STEPS
  }
  if (numbers) {
    for (let i = 0; i < length; i++) writer.float((values[i] as number | undefined) ?? Number.NaN)
    return FLOATS
  }
  if (texts && target) {
    writeReferences(writer, length, values as (string | undefined)[], target)
    return REFERENCES
  }
  if (texts) {
    const places = new Map<string, number>()
    for (let i = 0; i < length && places.size * 2 < length; i++) {
      const value = values[i] as string | undefined
      if (value !== undefined && !places.has(value)) places.set(value, places.size)
    }
    if (places.size * 2 < length) {
      writeNames(writer, length, values as (string | undefined)[], places)
      return NAMES
    }
    writeTexts(writer, values as (string | undefined)[], length)
    return TEXTS
  }
  if (contents) {
    writeContents(writer, length, values as (Content | undefined)[])
    return CONTENTS
  }
  const places = new Map<string, number>()
  const texted = new Array<string | undefined>(length)
  for (let i = 0; i < length; i++) {
    if (values[i] === undefined) continue
    const text = JSON.stringify(values[i])
    texted[i] = text
    if (!places.has(text)) places.set(text, places.size)
  }
  writeNames(writer, length, texted, places)
  return JSONS
}

const zigzag = (value: number) => (value < 0 ? -value * 2 - 1 : value * 2)

// ES2024, in every browser and Node that this runs in, but not in the types of our target
const isWellFormed = (text: string) => (text as string & { isWellFormed(): boolean }).isWellFormed()

function wellFormedReference(content: Content): boolean {
  return isContentRef(content) && isWellFormed(content.preview) && isWellFormed(content.hash)
}

function writeNames(writer: ByteWriter, length: number, values: readonly (string | undefined)[], places: ReadonlyMap<string, number>): void {
  writer.whole(places.size)
  for (const name of places.keys()) writer.text(name)
  for (let i = 0; i < length; i++) {
    const value = values[i]
    writer.whole(value === undefined ? 0 : (places.get(value) as number) + 1)
  }
}

function writeTexts(writer: ByteWriter, values: readonly (string | undefined)[], length: number): void {
  for (let i = 0; i < length; i++) writer.whole(values[i] === undefined ? 0 : (values[i] as string).length + 1)
  writer.text(values.join(''))
}

function writeReferences(writer: ByteWriter, length: number, values: readonly (string | undefined)[], target: ReadonlyMap<string, number>): void {
  const strange: string[] = []
  let before = 0
  for (let i = 0; i < length; i++) {
    const value = values[i]
    const row = value === undefined ? undefined : target.get(value)
    if (value === undefined) writer.whole(0)
    else if (row === undefined) {
      writer.whole(1)
      strange.push(value)
    } else {
      writer.whole(zigzag(row - before) + 2)
      before = row
    }
  }
  writer.whole(strange.length)
  writeTexts(writer, strange, strange.length)
}

/** Of `0` to `9` and `a` to `f`. */
const hexDigit = (code: number) => (code < 58 ? code - 48 : code - 87)

const HASH = /^[0-9a-f]{64}$/

/** The same content may stand in many rows: once is enough. */
function writeContents(writer: ByteWriter, length: number, values: readonly (Content | undefined)[]): void {
  const inline: string[] = []
  const places = new Map<string, number>()
  const references: { hash: string; chars: number; preview: string }[] = []
  let before = -1
  for (let i = 0; i < length; i++) {
    const value = values[i]
    if (value === undefined) writer.whole(0)
    else if (!isContentRef(value)) {
      writer.whole(1)
      inline.push(value)
    } else {
      let place = places.get(value.hash)
      if (place === undefined) {
        place = references.length
        places.set(value.hash, place)
        references.push(value)
      }
      writer.whole(zigzag(place - before - 1) + 2)
      before = place
    }
  }
  writer.whole(inline.length)
  writeTexts(writer, inline, inline.length)
  writer.whole(references.length)
  const packed = references.every(({ hash }) => HASH.test(hash))
  writer.whole(packed ? 1 : 0)
  const digits = new Uint8Array(32)
  if (packed)
    for (const { hash } of references) {
      for (let k = 0; k < 32; k++) digits[k] = hexDigit(hash.charCodeAt(k * 2)) * 16 + hexDigit(hash.charCodeAt(k * 2 + 1))
      writer.raw(digits)
    }
  else
    writeTexts(
      writer,
      references.map(({ hash }) => hash),
      references.length,
    )
  for (const { chars } of references) writer.whole(chars)
  writeTexts(
    writer,
    references.map(({ preview }) => preview),
    references.length,
  )
}
