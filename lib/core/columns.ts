import { ByteReader } from './bytes'
import { CONTENTS, FLOATS, JSONS, NAMES, REFERENCES, SAME, STEPS, TEXTS } from './column-kinds'
import type { Content } from './content'

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
    private readonly strange: Texts,
    private readonly target: () => Column | undefined,
  ) {}

  at(row: number): string | undefined {
    const to = this.rows[row] as number
    if (to >= 0) return this.target()?.at(to) as string | undefined
    return to === -1 ? undefined : this.strange.at(-2 - to)
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

  /** The same rows with some columns in the place of others. What is read into these columns later shows there, too. */
  with(replaced: ReadonlyMap<string, Column>): ColumnSet {
    const set = new ReplacedColumns(this, replaced)
    set.length = this.length
    return set
  }

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

  has(path: string): boolean {
    return this.coded.has(path)
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
    const direct = this.has(path) ? this.column(path) : undefined
    const keys = new Set<string>()
    for (const other of this.paths) if (other.startsWith(inner) && other.length > inner.length) keys.add(other.slice(inner.length).split('.')[0] as string)
    const empty = this.has(inner) ? this.column(inner) : undefined
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

class ReplacedColumns extends ColumnSet {
  constructor(
    private readonly base: ColumnSet,
    private readonly replaced: ReadonlyMap<string, Column>,
  ) {
    super()
  }

  override get paths(): string[] {
    return this.base.paths
  }

  override has(path: string): boolean {
    return this.base.has(path)
  }

  override column(path: string): Column | undefined {
    return this.replaced.get(path) ?? this.base.column(path)
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
      return new References(rows, readTexts(reader, reader.whole()), target)
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
