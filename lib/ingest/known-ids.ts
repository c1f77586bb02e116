/**
 * Remembers which event ids a session holds in 8 bytes each: "no" is certain, "perhaps" must be
 * asked of the database. A Set of 500,000 strings would take 60 MB; this takes 8.
 *
 * Open addressing over 32-bit FNV-1a hashes; 0 marks an empty slot. With a million ids one in 4,000
 * new ones gets a "perhaps".
 */
export class KnownIds {
  private slots = new Uint32Array(1024)
  private used = 0

  get size(): number {
    return this.used
  }

  mayHave(id: string): boolean {
    const hash = hashOf(id)
    const mask = this.slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const held = this.slots[slot]
      if (held === hash) return true
      if (held === 0) return false
    }
  }

  add(id: string): void {
    if (this.used * 2 >= this.slots.length) this.grow()
    this.put(hashOf(id))
  }

  private put(hash: number): void {
    const mask = this.slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      if (this.slots[slot] === hash) return
      if (this.slots[slot] === 0) {
        this.slots[slot] = hash
        this.used++
        return
      }
    }
  }

  private grow(): void {
    const old = this.slots
    this.slots = new Uint32Array(old.length * 2)
    this.used = 0
    for (const hash of old) if (hash !== 0) this.put(hash)
  }
}

function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  // FNV's low bits are weak for texts that differ only at the end: mix once more (murmur3's finaliser).
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  hash ^= hash >>> 16
  return hash >>> 0 || 1
}
