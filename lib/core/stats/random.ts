/** A source of numbers in [0, 1): passed in, so that the same seed gives the same answer. */
export type Random = () => number

/** Small fast generator by C. Doty-Humphrey (sfc32), seeded by one number; period about 2^128. Not for secrets. */
export function seededRandom(seed: number): Random {
  let a = seed | 0
  let b = (seed / 4_294_967_296) | 0
  let c = 0x9e3779b9 | 0
  let counter = 1
  const next = () => {
    const t = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4_294_967_296
  }
  for (let i = 0; i < 15; i++) next()
  return next
}
