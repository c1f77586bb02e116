/**
 * What one agent knows of the files it works on: the tool makes it read a file before it edits it, so
 * the content before a sub-agent's edit is usually in its own transcript although the edit does not
 * carry it. Bounded: the oldest files are forgotten.
 */
export class SeenFiles {
  private readonly contents = new Map<string, string>()
  private chars = 0

  get(path: string): string | undefined {
    return this.contents.get(path)
  }

  set(path: string, content: string): void {
    this.forget(path)
    if (content.length > MAX_FILE) return
    this.contents.set(path, content)
    this.chars += content.length
    for (const oldest of this.contents.keys()) {
      if (this.chars <= MAX_CHARS && this.contents.size <= MAX_FILES) break
      this.forget(oldest)
    }
  }

  forget(path: string): void {
    const known = this.contents.get(path)
    if (known === undefined) return
    this.chars -= known.length
    this.contents.delete(path)
  }
}

const MAX_FILE = 400_000
const MAX_CHARS = 4_000_000
const MAX_FILES = 64

export interface Replacement {
  old: string
  new: string
  all?: boolean
}

/** The content after the replacements; undefined when one does not fit. */
export function replaced(content: string, edits: readonly Replacement[]): string | undefined {
  let text = content
  for (const edit of edits) {
    if (edit.old === '') return text === '' ? edit.new : undefined
    const at = text.indexOf(edit.old)
    if (at < 0) return undefined
    text = edit.all ? text.split(edit.old).join(edit.new) : text.slice(0, at) + edit.new + text.slice(at + edit.old.length)
  }
  return text
}

const NUMBERED = /^ *(\d+)[\u2192\t](.*)$/

/**
 * A whole file out of the numbered lines that Read answers with; undefined when it does not begin at
 * line 1, was cut, or is not in that shape.
 */
export function contentOfNumberedLines(text: string): string | undefined {
  const body = text.replace(/\n*<system-reminder>[\s\S]*?<\/system-reminder>\s*$/, '')
  const lines = body.split('\n')
  const out: string[] = []
  for (const line of lines) {
    const match = NUMBERED.exec(line)
    if (!match || Number(match[1]) !== out.length + 1) return undefined
    out.push(match[2] ?? '')
  }
  // Read stops at 2000 lines and cuts long ones without saying so in every version.
  if (out.length === 0 || out.length >= 2000 || out.some((line) => line.length >= 2000)) return undefined
  return out.join('\n')
}
