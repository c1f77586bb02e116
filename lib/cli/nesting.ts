/** Deeper than anything that is written on purpose, and far from what walking and printing it would overflow. */
export const MAX_NESTING = 256

const QUOTE = 34
const BACKSLASH = 92
const NEWLINE = 10
const OPEN_LIST = 91
const CLOSE_LIST = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

/** Finds lines of JSON that go deeper than MAX_NESTING, in a text that comes in pieces of whole lines. Brackets in strings do not count. */
export class NestingWatch {
  private depth = 0
  /** A text that does not begin as JSON is looked at line by line: its own brackets need no partner. */
  private json: boolean | undefined

  /** Line numbers, counted from 0 within `text`. */
  deepLines(text: string): number[] {
    this.json ??= text.trim() === '' ? undefined : /^\s*[[{]/.test(text)
    const deep: number[] = []
    let line = 0
    let inString = false
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i)
      if (c === NEWLINE) {
        // no string goes over a line's end
        inString = false
        line++
        // a new value a line, or a list's next one that is not indented
        if (this.json !== true || text.charCodeAt(i + 1) === OPEN_OBJECT) this.depth = 0
      } else if (inString) {
        if (c === BACKSLASH) i++
        else if (c === QUOTE) inString = false
      } else if (c === QUOTE) inString = true
      else if (c === OPEN_OBJECT || c === OPEN_LIST) {
        if (++this.depth > MAX_NESTING && deep.at(-1) !== line) deep.push(line)
      } else if ((c === CLOSE_OBJECT || c === CLOSE_LIST) && this.depth > 0) this.depth--
    }
    return deep
  }
}
