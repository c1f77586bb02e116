import { ByteReader, ByteWriter } from './bytes'
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

const STEPS = 1
const FLOATS = 2
const NAMES = 3
const TEXTS = 4
const CONTENTS = 5
const JSONS = 6
const REFERENCES = 7
const SAME = 8

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
  for (const text of strange) writer.text(text)
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

/** A decoded column. `at` is undefined where nothing is known. */
export interface Column {
  at(row: number): unknown
}

/** NaN where nothing is known. */
export class Numbers implements Column {
  constructor(readonly values: Float64Array) {}

  at(row: number): number | undefined {
    const value = this.values[row]
    return value === undefined || Number.isNaN(value) ? undefined : value
  }
}

/** Few different texts: `codes` into `names`, -1 where nothing is known. */
export class Names implements Column {
  constructor(
    readonly names: readonly string[],
    readonly codes: Int32Array,
  ) {}

  at(row: number): string | undefined {
    return this.names[this.codes[row] as number]
  }
}

/** One long text and where each begins. */
export class Texts implements Column {
  constructor(
    readonly blob: string,
    /** One more than there are rows. */
    readonly from: Uint32Array,
    readonly known: Uint8Array,
  ) {}

  at(row: number): string | undefined {
    return this.known[row] === 1 ? this.blob.slice(this.from[row], this.from[row + 1]) : undefined
  }
}

/** Row numbers of another table: -1 where nothing is known, below that for texts of no row there. */
export class References implements Column {
  constructor(
    readonly rows: Int32Array,
    private readonly strange: readonly string[],
    private readonly target: () => Column | undefined,
  ) {}

  at(row: number): string | undefined {
    const to = this.rows[row] as number
    if (to >= 0) return this.target()?.at(to) as string | undefined
    return to === -1 ? undefined : this.strange[-2 - to]
  }
}

class Contents implements Column {
  constructor(
    private readonly codes: Int32Array,
    private readonly inline: Texts,
    private readonly references: { hash(place: number): string; chars: Float64Array; previews: Texts },
  ) {}

  /** -1: nothing; below: inline text; from 0 on a reference. */
  at(row: number): Content | undefined {
    const code = this.codes[row] as number
    if (code < -1) return this.inline.at(-2 - code)
    if (code === -1) return undefined
    const { hash, chars, previews } = this.references
    return { hash: hash(code), chars: chars[code] as number, preview: previews.at(code) ?? '' }
  }
}

/** Whatever else; what is no plain value is parsed for each asking, so that nobody shares it. */
class Jsons implements Column {
  private readonly plain: (unknown | typeof COMPOSITE)[]

  constructor(
    private readonly names: readonly string[],
    private readonly codes: Int32Array,
  ) {
    this.plain = names.map((text) => (text.startsWith('{') || text.startsWith('[') ? COMPOSITE : JSON.parse(text)))
  }

  at(row: number): unknown {
    const code = this.codes[row] as number
    if (code < 0) return undefined
    const value = this.plain[code]
    return value === COMPOSITE ? JSON.parse(this.names[code] as string) : value
  }
}

const COMPOSITE = Symbol('an object or a list')

/** The columns of one table, decoded when first asked for. */
export class ColumnSet {
  length = 0
  private readonly coded = new Map<string, { kind: number; bytes: Uint8Array }>()
  private readonly decoded = new Map<string, Column>()

  /** `targets`: the tables that fields refer to. */
  constructor(private readonly targets: Readonly<Record<string, () => Column | undefined>> = {}) {}

  /** Takes one part of what `encodeRows` wrote. Throws a `RangeError` where the bytes end too early. */
  read(reader: ByteReader): void {
    this.length = reader.whole()
    const count = reader.whole()
    const read: { kind: number; bytes: Uint8Array }[] = []
    for (let i = 0; i < count; i++) {
      const path = reader.text()
      const kind = reader.whole()
      const column = kind === SAME ? read[reader.whole()] : { kind, bytes: reader.raw(reader.whole()) }
      if (!column) throw new RangeError(`the column ${path} repeats one that is not there`)
      read.push(column)
      this.coded.set(path, column)
    }
  }

  get paths(): string[] {
    return [...this.coded.keys()]
  }

  column(path: string): Column | undefined {
    const known = this.decoded.get(path)
    if (known) return known
    const coded = this.coded.get(path)
    if (!coded) return undefined
    const column = readColumn(coded.kind, new ByteReader(coded.bytes), this.length, this.targets[path] ?? (() => undefined))
    this.decoded.set(path, column)
    // the bytes are no longer needed for this one, and may be large
    this.coded.set(path, { kind: coded.kind, bytes: NONE })
    return column
  }

  /** Numbers by row, NaN where nothing is known; undefined where the column is none of numbers. */
  numbers(path: string): Float64Array | undefined {
    const column = this.column(path)
    return column instanceof Numbers ? column.values : undefined
  }

  /** A reader of one field: a value, or an object of all that lies under the path. */
  field(path: string): (row: number) => unknown {
    const inner = `${path}.`
    const direct = this.coded.has(path) ? this.column(path) : undefined
    const keys = new Set<string>()
    for (const other of this.coded.keys())
      if (other.startsWith(inner) && other.length > inner.length) keys.add(other.slice(inner.length).split('.')[0] as string)
    const empty = this.coded.has(inner) ? this.column(inner) : undefined
    if (keys.size === 0 && !empty) return direct ? (row) => direct.at(row) : () => undefined
    const fields = Array.from(keys, (key): [string, (row: number) => unknown] => [key, this.field(inner + key)])
    return (row) => {
      const value = direct?.at(row)
      if (value !== undefined) return value
      let object: Record<string, unknown> | undefined = empty?.at(row) === true ? {} : undefined
      for (const [key, at] of fields) {
        const one = at(row)
        if (one === undefined) continue
        object ??= {}
        object[key] = one
      }
      return object
    }
  }
}

const NONE = new Uint8Array(0)

function readColumn(kind: number, reader: ByteReader, length: number, target: () => Column | undefined): Column {
  reader.whole()
  switch (kind) {
    case STEPS: {
      const values = new Float64Array(length)
      let sum = 0
      for (let i = 0; i < length; i++) {
        const code = reader.whole()
        if (code === 0) values[i] = Number.NaN
        else {
          const step = code - 1
          sum += step % 2 === 0 ? step / 2 : -(step + 1) / 2
          values[i] = sum
        }
      }
      return new Numbers(values)
    }
    case FLOATS: {
      const values = new Float64Array(length)
      for (let i = 0; i < length; i++) values[i] = reader.float()
      return new Numbers(values)
    }
    case NAMES: {
      const names = readNames(reader)
      return new Names(names, readCodes(reader, length))
    }
    case TEXTS:
      return readTexts(reader, length)
    case CONTENTS:
      return readContents(reader, length)
    case JSONS: {
      const names = readNames(reader)
      return new Jsons(names, readCodes(reader, length))
    }
    case REFERENCES: {
      const rows = new Int32Array(length)
      let before = 0
      let strange = 0
      for (let i = 0; i < length; i++) {
        const code = reader.whole()
        if (code === 0) rows[i] = -1
        else if (code === 1) rows[i] = -2 - strange++
        else {
          const step = code - 2
          before += step % 2 === 0 ? step / 2 : -(step + 1) / 2
          rows[i] = before
        }
      }
      return new References(rows, readNames(reader), target)
    }
    default:
      throw new RangeError(`a column of kind ${kind}, which this version does not know`)
  }
}

function readNames(reader: ByteReader): string[] {
  return Array.from({ length: reader.whole() }, () => reader.text())
}

function readCodes(reader: ByteReader, length: number): Int32Array {
  const codes = new Int32Array(length)
  for (let i = 0; i < length; i++) codes[i] = reader.whole() - 1
  return codes
}

function readTexts(reader: ByteReader, length: number): Texts {
  const from = new Uint32Array(length + 1)
  const known = new Uint8Array(length)
  let at = 0
  for (let i = 0; i < length; i++) {
    const code = reader.whole()
    if (code > 0) {
      known[i] = 1
      at += code - 1
    }
    from[i + 1] = at
  }
  return new Texts(reader.text(), from, known)
}

function readContents(reader: ByteReader, length: number): Contents {
  const codes = new Int32Array(length)
  let before = -1
  let inline = 0
  for (let i = 0; i < length; i++) {
    const code = reader.whole()
    if (code === 0) codes[i] = -1
    else if (code === 1) codes[i] = -2 - inline++
    else {
      const step = code - 2
      before += 1 + (step % 2 === 0 ? step / 2 : -(step + 1) / 2)
      codes[i] = before
    }
  }
  const texts = readTexts(reader, reader.whole())
  const count = reader.whole()
  const hash = reader.whole() === 1 ? packedHashes(reader.raw(count * 32)) : textHashes(readTexts(reader, count))
  const chars = new Float64Array(count)
  for (let i = 0; i < count; i++) chars[i] = reader.whole()
  return new Contents(codes, texts, { hash, chars, previews: readTexts(reader, count) })
}

function packedHashes(bytes: Uint8Array): (place: number) => string {
  return (place) => {
    let text = ''
    for (let i = place * 32; i < place * 32 + 32; i++) text += (bytes[i] as number).toString(16).padStart(2, '0')
    return text
  }
}

function textHashes(texts: Texts): (place: number) => string {
  return (place) => texts.at(place) ?? ''
}
