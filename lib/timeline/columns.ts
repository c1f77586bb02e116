/** Growing typed arrays: doubling, so that an append costs O(1) and a session of 100,000 bars no objects. */
export class Ints {
  data: Int32Array
  length = 0

  constructor(capacity = 16) {
    this.data = new Int32Array(capacity)
  }

  push(value: number): void {
    if (this.length === this.data.length) {
      const grown = new Int32Array(this.data.length * 2)
      grown.set(this.data)
      this.data = grown
    }
    this.data[this.length++] = value
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

export class Floats {
  data: Float64Array
  length = 0

  constructor(capacity = 16) {
    this.data = new Float64Array(capacity)
  }

  push(value: number): void {
    if (this.length === this.data.length) {
      const grown = new Float64Array(this.data.length * 2)
      grown.set(this.data)
      this.data = grown
    }
    this.data[this.length++] = value
  }

  /** The value at a valid index. */
  at(index: number): number {
    return this.data[index] as number
  }

  truncate(length: number): void {
    if (length < this.length) this.length = length
  }
}
