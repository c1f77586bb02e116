/** Growing typed arrays: doubling, so that an append costs O(1) and a session of 100,000 bars no objects. */
export class Ints {
  data: Int32Array
  length = 0

  constructor(capacity = 16) {
    this.data = new Int32Array(capacity)
  }

  push(value: number): void {
    if (this.length === this.data.length) this.reserve(this.data.length)
    this.data[this.length++] = value
  }

  push2(a: number, b: number): void {
    const { length } = this
    if (length + 2 > this.data.length) this.reserve(this.data.length)
    this.data[length] = a
    this.data[length + 1] = b
    this.length = length + 2
  }

  /** Makes room for so many more. */
  reserve(count: number): void {
    if (this.length + count > this.data.length) this.data = enlarged(this.data, new Int32Array(this.length + count))
  }

  /** So many of one value, in place of what there was. */
  fill(count: number, value: number): void {
    // new arrays are zero without being written
    if (count > this.data.length) this.data = new Int32Array(count)
    else if (value === 0) this.data.fill(0, 0, count)
    if (value !== 0) this.data.fill(value, 0, count)
    this.length = count
  }

  /** The value at a valid index. */
  at(index: number): number {
    return this.data[index] as number
  }

  last(): number {
    return this.data[this.length - 1] as number
  }

  truncate(length: number): void {
    if (length < this.length) this.length = length
  }
}

/** Numbers from 0 to 255. */
export class Bytes {
  data: Uint8Array
  length = 0

  constructor(capacity = 16) {
    this.data = new Uint8Array(capacity)
  }

  push(value: number): void {
    if (this.length === this.data.length) this.reserve(this.data.length)
    this.data[this.length++] = value
  }

  /** Makes room for so many more. */
  reserve(count: number): void {
    if (this.length + count > this.data.length) this.data = enlarged(this.data, new Uint8Array(this.length + count))
  }

  /** So many of one value, in place of what there was. */
  fill(count: number, value: number): void {
    // new arrays are zero without being written
    if (count > this.data.length) this.data = new Uint8Array(count)
    else if (value === 0) this.data.fill(0, 0, count)
    if (value !== 0) this.data.fill(value, 0, count)
    this.length = count
  }

  /** The value at a valid index. */
  at(index: number): number {
    return this.data[index] as number
  }

  truncate(length: number): void {
    if (length < this.length) this.length = length
  }
}

export class Floats {
  data: Float64Array
  length = 0

  constructor(capacity = 16) {
    this.data = new Float64Array(capacity)
  }

  push(value: number): void {
    if (this.length === this.data.length) this.reserve(this.data.length)
    this.data[this.length++] = value
  }

  push3(a: number, b: number, c: number): void {
    const { length } = this
    if (length + 3 > this.data.length) this.reserve(this.data.length)
    this.data[length] = a
    this.data[length + 1] = b
    this.data[length + 2] = c
    this.length = length + 3
  }

  push4(a: number, b: number, c: number, d: number): void {
    const { length } = this
    if (length + 4 > this.data.length) this.reserve(this.data.length)
    this.data[length] = a
    this.data[length + 1] = b
    this.data[length + 2] = c
    this.data[length + 3] = d
    this.length = length + 4
  }

  /** What is at `index` and after it moves up. */
  insert(index: number, value: number): void {
    if (this.length === this.data.length) this.reserve(this.data.length)
    this.data.copyWithin(index + 1, index, this.length++)
    this.data[index] = value
  }

  /** What is at `to` and after it moves to `from`. */
  remove(from: number, to: number): void {
    this.data.copyWithin(from, to, this.length)
    this.length -= to - from
  }

  /** Makes room for so many more. */
  reserve(count: number): void {
    if (this.length + count > this.data.length) this.data = enlarged(this.data, new Float64Array(this.length + count))
  }

  /** So many of one value, in place of what there was. */
  fill(count: number, value: number): void {
    // new arrays are zero without being written
    if (count > this.data.length) this.data = new Float64Array(count)
    else if (value === 0) this.data.fill(0, 0, count)
    if (value !== 0) this.data.fill(value, 0, count)
    this.length = count
  }

  /** The value at a valid index. */
  at(index: number): number {
    return this.data[index] as number
  }

  truncate(length: number): void {
    if (length < this.length) this.length = length
  }
}

function enlarged<T extends Float64Array | Int32Array | Uint8Array>(small: T, large: T): T {
  large.set(small)
  return large
}
