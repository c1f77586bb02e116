import type { OwnedLine } from './owned-line'
import { goesOn, joinLines } from './pieces'

/** Where a text stands in an artifact's lines. */
export interface Found {
  line: number
  count: number
  /** What stands before it in its first line, and after it in its last. */
  prefix: string
  suffix: string
}

/** From so many lines on, lines are looked through block by block. */
const MANY_LINES = 2000
/** Lines, or pieces of a very long line, of a block; it is cut when it has grown to twice as many. */
const BLOCK = 512
const BLOCK_OF_PIECES = 64

interface Block {
  count: number
  /** Made when it is first looked through after a change. */
  text: string | undefined
}

/**
 * Finds texts in lines. Many lines are held in blocks whose text is kept as one string: the engine looks
 * through a string of a megabyte in a fraction of a millisecond, and an edit makes one block anew.
 */
export class Search {
  private constructor(
    private blocks: Block[],
    private readonly size: number,
  ) {}

  /** Undefined where there are too few lines to need one. `text`: all of it, where somebody has it already. */
  static of(lines: readonly OwnedLine[], text?: string): Search | undefined {
    if (lines.length < MANY_LINES) return undefined
    const search = Search.inBlocks(lines.length, BLOCK)
    if (text === undefined) return search
    let from = 0
    let line = 0
    for (const block of search.blocks) {
      let to = from
      for (const end = line + block.count; line < end; line++) to += (lines[line] as OwnedLine).text.length + 1
      block.text = text.slice(from, to - 1)
      from = to
    }
    return search
  }

  /** For `offsetOf`, in a text that holds very long lines in pieces. */
  static ofPieces(lines: readonly OwnedLine[]): Search {
    return Search.inBlocks(lines.length, BLOCK_OF_PIECES)
  }

  private static inBlocks(lines: number, size: number): Search {
    const blocks: Block[] = []
    for (let line = 0; line < lines || line === 0; line += size) blocks.push({ count: Math.min(size, lines - line), text: undefined })
    return new Search(blocks, size)
  }

  copy(): Search {
    return new Search(
      this.blocks.map((block) => ({ ...block })),
      this.size,
    )
  }

  /** `removed` lines from `at` on have given place to `added` others. */
  changed(at: number, removed: number, added: number): void {
    const { blocks } = this
    let b = 0
    let start = 0
    for (; b < blocks.length - 1 && start + (blocks[b] as Block).count <= at; b++) start += (blocks[b] as Block).count
    const first = b
    let offset = at - start
    for (let left = removed; left > 0; b++, offset = 0) {
      const block = blocks[b] as Block
      const here = Math.min(left, block.count - offset)
      block.count -= here
      block.text = undefined
      left -= here
    }
    const grown = blocks[first] as Block
    grown.count += added
    grown.text = undefined
    if (grown.count > 2 * this.size) {
      const parts: Block[] = []
      for (let left = grown.count; left > 0; left -= this.size) parts.push({ count: Math.min(this.size, left), text: undefined })
      this.blocks = [...blocks.slice(0, first), ...parts, ...blocks.slice(first + 1)]
    }
    if (removed > 0) this.blocks = this.blocks.filter(({ count }, k) => count > 0 || (k === 0 && this.blocks.length === 1))
  }

  /** The first place at or after line `from` where the lines of `old` stand; parts of the first and the last line will do. */
  find(lines: readonly OwnedLine[], old: readonly string[], from: number): Found | undefined {
    const wanted = old.length === 1 ? (old[0] as string) : old.join('\n')
    let line = 0
    for (const block of this.blocks) {
      const next = line + block.count
      if (next > from) {
        block.text ??= textOf(lines, line, next)
        const inside = block.text.includes(wanted) ? findText(lines, old, Math.max(from, line), next) : undefined
        if (inside) return inside
        // what begins in this block and ends in another
        const across = old.length > 1 ? findText(lines, old, Math.max(from, line, next - old.length + 1), next + old.length - 1) : undefined
        if (across) return across
      }
      line = next
    }
    return undefined
  }

  /**
   * The first place of a text in lines and pieces put together; -1 where it is not. A text that would
   * be a megabyte for each edit is never made: what reaches over the end of a block is looked for in
   * the last characters before it and the first after it.
   */
  offsetOf(lines: readonly OwnedLine[], wanted: string): number {
    const reach = wanted.length - 1
    let base = 0
    let line = 0
    let before = ''
    for (const block of this.blocks) {
      const next = line + block.count
      if (block.text === undefined) {
        const held = lines.slice(line, next).map(({ text }) => text)
        const last = held.at(-1)
        block.text = last === undefined ? '' : goesOn(last) ? joinLines([...held, '']) : joinLines(held)
      }
      // the line feed after the block's last line is told by the next block
      const text = line > 0 && !goesOn((lines[line - 1] as OwnedLine).text) ? `\n${block.text}` : block.text
      if (before !== '') {
        const across = (before + text.slice(0, reach)).indexOf(wanted)
        if (across >= 0) return base - before.length + across
      }
      const inside = text.indexOf(wanted)
      if (inside >= 0) return base + inside
      base += text.length
      before = text.length >= reach ? text.slice(text.length - reach) : (before + text).slice(-reach)
      if (reach === 0) before = ''
      line = next
    }
    return -1
  }
}

function textOf(lines: readonly OwnedLine[], from: number, to: number): string {
  let text = (lines[from] as OwnedLine | undefined)?.text ?? ''
  for (let k = from + 1; k < to; k++) text += `\n${(lines[k] as OwnedLine).text}`
  return text
}

/** The same without blocks, in the lines from `from` to `until`. */
export function findText(lines: readonly OwnedLine[], old: readonly string[], from: number, until = lines.length): Found | undefined {
  const first = old[0] as string
  const last = old[old.length - 1] as string
  const end = Math.min(until, lines.length)
  search: for (let i = from; i + old.length <= end; i++) {
    const line = lines[i] as OwnedLine
    if (line.gap) continue
    if (old.length === 1) {
      const at = line.text.indexOf(first)
      if (at >= 0) return { line: i, count: 1, prefix: line.text.slice(0, at), suffix: line.text.slice(at + first.length) }
      continue
    }
    if (!line.text.endsWith(first)) continue
    for (let k = 1; k < old.length - 1; k++) {
      const between = lines[i + k] as OwnedLine
      if (between.gap || between.text !== old[k]) continue search
    }
    const ending = lines[i + old.length - 1] as OwnedLine
    if (ending.gap || !ending.text.startsWith(last)) continue
    return { line: i, count: old.length, prefix: line.text.slice(0, line.text.length - first.length), suffix: ending.text.slice(last.length) }
  }
  return undefined
}
