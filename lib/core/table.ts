import { type ColumnSet, Texts } from './columns'

/**
 * A map whose first entries lie in columns: an object is made of a row when somebody asks for it, so
 * that a session of a million turns is a few arrays. Entries that are added later are as in any map.
 *
 * `get` gives the row's own object, the same each time, which its owner may change. What iterates gets
 * that object where there is one, and else one made for the occasion: to be read, not to be kept.
 */
export class Table<K extends string, V> extends Map<K, V> {
  /** How many rows lie in columns. */
  readonly rows: number
  protected readonly own = new Map<number, V>()
  /** Made when first needed, for they decode every column. */
  private read: ((row: number) => V) | undefined
  private readKept: ((row: number) => V) | undefined
  /** Objects of rows while `hold` runs. */
  protected held: (V | undefined)[] | undefined
  private slots: Int32Array | undefined
  /** Decoded when first asked for: a picture needs no names. */
  private ids: { at(row: number): unknown } | undefined

  constructor(
    readonly columns: ColumnSet,
    /** Gives a reader of rows; asked again when more columns have come. What only the fold needs is read for objects that are kept. */
    private readonly readers: (columns: ColumnSet, kept: boolean) => (row: number) => V,
  ) {
    super()
    this.rows = columns.length
  }

  /** The same rows over other columns; what was changed or added since is not in it. */
  over(columns: ColumnSet): Table<K, V> {
    return new Table(columns, this.readers)
  }

  /** More columns of the same rows have come. What was made of them without is made anew. */
  extended(): void {
    this.own.clear()
    this.read = this.readKept = undefined
  }

  /** Rows that have an object of their own, which may differ from the columns. */
  get changed(): Iterable<V> {
    return this.own.values()
  }

  /** What was added to the columns. */
  get added(): Iterable<V> {
    return super.values()
  }

  /** The same with their rows. */
  get changedRows(): Iterable<[number, V]> {
    return this.own
  }

  /** A reader of some fields as the columns have them, whatever has changed since; into one object, which holds until the next row is read. */
  reading<F extends keyof V & string>(fields: readonly F[]): (row: number) => Pick<V, F> {
    const parts = fields.map((field): [F, (row: number) => unknown] => [field, this.columns.field(field)])
    const object: Partial<Record<F, unknown>> = {}
    return (row) => {
      for (const [field, at] of parts) object[field] = at(row)
      return object as Pick<V, F>
    }
  }

  idAt(row: number): K {
    this.ids ??= this.columns.column('id') ?? NAMELESS
    return (this.ids.at(row) ?? '') as K
  }

  /** The row in the columns, -1 where the id is of none. */
  rowOf(id: string): number {
    if (this.rows === 0) return -1
    this.slots ??= this.index()
    const { slots } = this
    const mask = slots.length - 1
    for (let slot = hashOf(id, 0, id.length) & mask; ; slot = (slot + 1) & mask) {
      const row = (slots[slot] as number) - 1
      if (row < 0) return -1
      if (this.isAt(row, id)) return row
    }
  }

  /** Whether a row counts: facts stay for ever. */
  isThere(_row: number): boolean {
    return true
  }

  /** Rows that do not. */
  get goneRows(): Iterable<number> {
    return []
  }

  /** Whether a row has an object of its own, which may differ from the columns. */
  isOwn(row: number): boolean {
    return this.own.has(row)
  }

  /** To be read only. */
  peek(row: number): V {
    const own = this.own.get(row) ?? this.held?.[row]
    if (own !== undefined) return own
    this.read ??= this.readers(this.columns, false)
    const made = this.read(row)
    if (this.held) this.held[row] = made
    return made
  }

  /** Whatever is read of a row while `run` does is made once. */
  hold(run: () => void): void {
    this.held = []
    try {
      run()
    } finally {
      this.held = undefined
    }
  }

  /** What was added by that id; a row of the columns is none. */
  lookAdded(id: string): V | undefined {
    return super.get(id as K)
  }

  /** The same by id. */
  look(id: string): V | undefined {
    const row = this.rowOf(id)
    return row < 0 ? super.get(id as K) : this.peek(row)
  }

  override get size(): number {
    // the constructor of Map asks before there are rows
    return (this.rows ?? 0) + super.size
  }

  override has(id: K): boolean {
    return super.has(id) || this.rowOf(id) >= 0
  }

  override get(id: K): V | undefined {
    const row = this.rowOf(id)
    if (row < 0) return super.get(id)
    let value = this.own.get(row)
    if (value === undefined) {
      this.readKept ??= this.readers(this.columns, true)
      value = this.readKept(row)
      this.own.set(row, value)
    }
    return value
  }

  override set(id: K, value: V): this {
    const row = this.rowOf(id)
    if (row < 0) super.set(id, value)
    else this.own.set(row, value)
    return this
  }

  /** Throws for a row of the columns: facts are added, not removed. */
  override delete(id: K): boolean {
    if (this.rowOf(id) >= 0) throw new Error(`${id} lies in columns, from which nothing is removed`)
    return super.delete(id)
  }

  override clear(): void {
    throw new Error('nothing is removed from columns')
  }

  override *values(): Generator<V, undefined> {
    for (let row = 0; row < this.rows; row++) if (this.isThere(row)) yield this.peek(row)
    yield* super.values()
  }

  override *keys(): Generator<K, undefined> {
    for (let row = 0; row < this.rows; row++) if (this.isThere(row)) yield this.idAt(row)
    yield* super.keys()
  }

  override *entries(): Generator<[K, V], undefined> {
    for (let row = 0; row < this.rows; row++) if (this.isThere(row)) yield [this.idAt(row), this.peek(row)]
    yield* super.entries()
  }

  override [Symbol.iterator](): Generator<[K, V], undefined> {
    return this.entries()
  }

  override forEach(each: (value: V, id: K, map: Map<K, V>) => void): void {
    for (const [id, value] of this.entries()) each(value, id, this)
  }

  private isAt(row: number, id: string): boolean {
    const ids = this.columns.column('id')
    if (!(ids instanceof Texts)) return this.idAt(row) === id
    const from = ids.from[row] as number
    return (ids.from[row + 1] as number) - from === id.length && ids.blob.startsWith(id, from)
  }

  /** Rows by the hash of their ids, open addressing, row + 1; at most half full. */
  private index(): Int32Array {
    let size = 4
    while (size < this.rows * 2) size *= 2
    const slots = new Int32Array(size)
    const ids = this.columns.column('id')
    for (let row = 0; row < this.rows; row++) {
      const hash = ids instanceof Texts ? hashOf(ids.blob, ids.from[row] as number, ids.from[row + 1] as number) : hashOfText(this.idAt(row))
      let slot = hash & (size - 1)
      while (slots[slot] !== 0) slot = (slot + 1) & (size - 1)
      slots[slot] = row + 1
    }
    return slots
  }
}

const NAMELESS = { at: () => undefined }

const hashOfText = (text: string) => hashOf(text, 0, text.length)

/** FNV-1a over UTF-16 units, then mixed once: ids differ in their last characters. */
function hashOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash ^= hash >>> 15
  return Math.imul(hash, 0x2c1b3c6d) >>> 0
}

/** The table behind a map, if there is one. */
export function tableOf<K extends string, V>(map: ReadonlyMap<K, V>): Table<K, V> | undefined {
  return map instanceof Table ? (map as Table<K, V>) : undefined
}

/** For reading only: makes nothing that stays. */
export function look<K extends string, V>(map: ReadonlyMap<K, V>, id: K): V | undefined {
  return map instanceof Table ? (map as Table<K, V>).look(id) : map.get(id)
}

/** Some fields of every entry as it is now. What is yielded is to be read, and holds until the next. */
export function* fieldsOf<V, F extends keyof V & string>(map: ReadonlyMap<string, V>, fields: readonly F[]): Generator<Pick<V, F>> {
  const table = tableOf(map)
  if (!table) return yield* map.values()
  const read = table.reading(fields)
  for (let row = 0; row < table.rows; row++) yield table.isOwn(row) ? table.peek(row) : read(row)
  yield* table.added
}
