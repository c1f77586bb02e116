/**
 * Numbers and texts as bytes. Whole numbers are LEB128: seven bits a byte, the lowest first, so that
 * small ones, as differences mostly are, take one.
 */
export class ByteWriter {
  private bytes = new Uint8Array(1024)
  private view = new DataView(this.bytes.buffer)
  length = 0

  private room(count: number): void {
    if (this.length + count <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(this.length + count, this.bytes.length * 2))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }

  /** A safe integer from 0 on. */
  whole(value: number): void {
    this.room(8)
    let rest = value
    while (rest >= 0x80000000) {
      this.bytes[this.length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    while (rest >= 128) {
      this.bytes[this.length++] = (rest & 127) | 128
      rest >>>= 7
    }
    this.bytes[this.length++] = rest
  }

  /** A whole number of either sign, up to 2^52 in size. */
  signed(value: number): void {
    this.whole(value < 0 ? -value * 2 - 1 : value * 2)
  }

  float(value: number): void {
    this.room(8)
    this.view.setFloat64(this.length, value, true)
    this.length += 8
  }

  text(value: string): void {
    const utf8 = UTF8.encode(value)
    this.whole(utf8.length)
    this.raw(utf8)
  }

  raw(bytes: Uint8Array): void {
    this.room(bytes.length)
    this.bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  /** What was written, without a copy: valid until the next writing. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
}

/** Reads what a `ByteWriter` wrote, in the same order. */
export class ByteReader {
  private readonly view: DataView
  at = 0

  constructor(readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** Throws a `RangeError` at the end of the bytes. */
  whole(): number {
    const { bytes } = this
    let byte = bytes[this.at++]
    if (byte === undefined) throw new RangeError('the bytes end in the middle')
    if (byte < 128) return byte
    let value = byte & 127
    let scale = 128
    do {
      byte = bytes[this.at++]
      if (byte === undefined) throw new RangeError('the bytes end in the middle')
      value += (byte & 127) * scale
      scale *= 128
    } while (byte >= 128)
    return value
  }

  signed(): number {
    const value = this.whole()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  float(): number {
    const value = this.view.getFloat64(this.at, true)
    this.at += 8
    return value
  }

  text(): string {
    return TEXT.decode(this.raw(this.whole()))
  }

  /** A view of the next bytes, not a copy. */
  raw(count: number): Uint8Array {
    if (this.at + count > this.bytes.length) throw new RangeError('the bytes end in the middle')
    this.at += count
    return this.bytes.subarray(this.at - count, this.at)
  }
}

const UTF8 = new TextEncoder()
// a mark at the beginning of a text is part of it
const TEXT = new TextDecoder('utf-8', { ignoreBOM: true })
