/**
 * Files that a shell command writes, as far as its text alone shows it without doubt: redirections,
 * here-documents, `tee`, `sed -i`, `mv`, `cp`, `rm`, `git checkout -- f`, `git restore f`. Anything with a
 * variable, a glob or a substitution in its path is left out: a missed write is a gap that the next read
 * closes, an invented one accuses somebody.
 */
export type ShellChange =
  | { kind: 'content'; content: string }
  | { kind: 'append'; text: string }
  | { kind: 'delete' }
  | { kind: 'move'; from: string }
  | { kind: 'revert' }
  | { kind: 'opaque' }

export interface ShellWrite {
  /** As the command names it, resolved against a `cd` before it in the same command. */
  path: string
  change: ShellChange
}

interface Word {
  text: string
  /** False when the shell would replace something in it. */
  literal: boolean
}

interface Redirect {
  append: boolean
  target: Word
}

interface Simple {
  words: Word[]
  redirects: Redirect[]
  /** Body of a here-document; `literal` when its delimiter is quoted or nothing in it is replaced. */
  input?: { text: string; literal: boolean }
  /** This command's output goes into the next one's input. */
  piped: boolean
}

const MAX_COMMAND = 2_000_000

export function shellWrites(command: string): ShellWrite[] {
  if (command.length > MAX_COMMAND || !/>|\b(tee|sed|mv|cp|rm|git)\b/.test(command)) return []
  const commands = parse(command)
  if (commands === undefined) return []
  const writes: ShellWrite[] = []
  let folder = ''
  let previous: Simple | undefined
  for (const simple of commands) {
    const name = simple.words[0]?.text
    if (name === 'cd') {
      const target = simple.words[1]
      if (!target?.literal) return writes // from here on no relative path is known
      folder = target.text.startsWith('/') ? target.text : join(folder, target.text)
    } else {
      for (const write of writesOf(simple, previous)) {
        const at = { ...write, path: join(folder, write.path) }
        if (at.change.kind === 'move') at.change = { kind: 'move', from: join(folder, at.change.from) }
        if (!at.path.startsWith('/dev/')) writes.push(at)
      }
    }
    previous = simple
  }
  return writes
}

function writesOf(simple: Simple, previous: Simple | undefined): ShellWrite[] {
  const name = simple.words[0]?.text
  const args = simple.words.slice(1)
  const writes: ShellWrite[] = []
  const output = outputOf(simple, previous)
  for (const { append, target } of simple.redirects) {
    if (!target.literal) continue
    if (append) writes.push({ path: target.text, change: output === undefined ? { kind: 'opaque' } : { kind: 'append', text: output } })
    else writes.push({ path: target.text, change: output === undefined ? { kind: 'opaque' } : { kind: 'content', content: output } })
  }
  if (name === 'tee') {
    const append = args.some((word) => word.text === '-a' || word.text === '--append')
    const input = simple.input?.literal ? simple.input.text : previous?.piped ? outputOf(previous, undefined) : undefined
    for (const word of args.filter(isPath)) {
      if (input === undefined) writes.push({ path: word.text, change: { kind: 'opaque' } })
      else writes.push({ path: word.text, change: append ? { kind: 'append', text: input } : { kind: 'content', content: input } })
    }
  } else if (name === 'sed' && args.some((word) => /^(-i|--in-place|-[nrEs]*i)/.test(word.text))) {
    for (const word of sedFiles(args)) writes.push({ path: word.text, change: { kind: 'opaque' } })
  } else if (name === 'mv' || (name === 'git' && args[0]?.text === 'mv')) {
    const paths = (name === 'git' ? args.slice(1) : args).filter((word) => !word.text.startsWith('-'))
    const [from, to] = paths
    if (paths.length === 2 && from && to && isPath(from) && isPath(to) && !to.text.endsWith('/')) {
      // into a folder or onto a name: only a name with an ending is sure to be a file
      if (/\.[A-Za-z0-9]+$/.test(to.text)) writes.push({ path: to.text, change: { kind: 'move', from: from.text } })
    }
  } else if (name === 'cp') {
    const paths = args.filter((word) => !word.text.startsWith('-'))
    const to = paths[1]
    if (paths.length === 2 && to && isPath(to) && /\.[A-Za-z0-9]+$/.test(to.text)) writes.push({ path: to.text, change: { kind: 'opaque' } })
  } else if (name === 'rm' || (name === 'git' && args[0]?.text === 'rm')) {
    const rest = name === 'git' ? args.slice(1) : args
    const recursive = rest.some((word) => /^-[a-zA-Z]*[rR]/.test(word.text) || word.text === '--recursive')
    const cached = rest.some((word) => word.text === '--cached')
    if (!recursive && !cached) for (const word of rest.filter(isPath)) writes.push({ path: word.text, change: { kind: 'delete' } })
  } else if (name === 'git') {
    for (const word of gitReverts(args)) writes.push({ path: word.text, change: { kind: 'revert' } })
  }
  return writes
}

/** What a command prints, where its text alone says so. */
function outputOf(simple: Simple, previous: Simple | undefined): string | undefined {
  const name = simple.words[0]?.text
  const args = simple.words.slice(1)
  if (name === 'cat' && args.length === 0) {
    if (simple.input) return simple.input.literal ? simple.input.text : undefined
    return previous?.piped ? outputOf(previous, undefined) : undefined
  }
  if (name === 'echo' && args.every((word) => word.literal && !/^-[neE]+$/.test(word.text) && !word.text.includes('\\'))) {
    return `${args.map((word) => word.text).join(' ')}\n`
  }
  const format = args[0]
  if (name === 'printf' && args.length === 1 && format?.literal && !format.text.includes('%')) {
    return format.text.replace(/\\n/g, '\n').replace(/\\t/g, '\t').replace(/\\\\/g, '\\')
  }
  return undefined
}

/** `git checkout -- a b`, `git checkout HEAD -- a`, `git restore a`; not a change of branch. */
function gitReverts(args: Word[]): Word[] {
  const verb = args[0]?.text
  if (verb === 'checkout') {
    const dashes = args.findIndex((word) => word.text === '--')
    return dashes < 0 ? [] : args.slice(dashes + 1).filter(isPath)
  }
  if (verb === 'restore') {
    const rest = args.slice(1)
    const staged = rest.some((word) => word.text === '--staged' || word.text === '-S')
    const worktree = rest.some((word) => word.text === '--worktree' || word.text === '-W')
    if (staged && !worktree) return []
    return rest.filter((word, i) => isPath(word) && word.text !== '--' && rest[i - 1]?.text !== '-s')
  }
  return []
}

/** The files of `sed -i`: what follows the script, or everything that is no option after `-e`. */
function sedFiles(args: Word[]): Word[] {
  const files: Word[] = []
  let scriptSeen = false
  for (let i = 0; i < args.length; i++) {
    const word = args[i]
    if (!word) continue
    if (word.text === '-e' || word.text === '-f' || word.text === '--expression') {
      scriptSeen = true
      i++
    } else if (word.text === '' && args[i - 1]?.text === '-i') {
      // BSD: -i '' has no suffix
    } else if (word.text.startsWith('-')) {
      // an option
    } else if (!scriptSeen) {
      scriptSeen = true
    } else if (isPath(word)) files.push(word)
  }
  return files
}

function isPath(word: Word): boolean {
  return word.literal && word.text !== '' && !word.text.startsWith('-') && !/[*?[\]{}]/.test(word.text)
}

function join(folder: string, path: string): string {
  return folder === '' || path.startsWith('/') || path.startsWith('~') ? path : `${folder}/${path}`
}

/** Splits a command line into simple commands; undefined where it does more than we can follow. */
function parse(source: string): Simple[] | undefined {
  const commands: Simple[] = []
  let current: Simple = { words: [], redirects: [], piped: false }
  let word: Word | undefined
  let redirect: { append: boolean } | undefined
  let heredocs: { command: Simple; delimiter: string; quoted: boolean; indented: boolean }[] = []
  let i = 0

  const endWord = () => {
    if (!word) return
    if (redirect) {
      current.redirects.push({ append: redirect.append, target: word })
      redirect = undefined
    } else current.words.push(word)
    word = undefined
  }
  const endCommand = (piped: boolean) => {
    endWord()
    current.piped = piped
    if (current.words.length > 0 || current.redirects.length > 0) commands.push(current)
    current = { words: [], redirects: [], piped: false }
  }
  const add = (text: string, literal: boolean) => {
    word = word ? { text: word.text + text, literal: word.literal && literal } : { text, literal }
  }

  while (i < source.length) {
    const c = source[i] as string
    if (c === '\\') {
      if (source[i + 1] !== '\n') add(source[i + 1] ?? '', true)
      i += 2
    } else if (c === "'") {
      const close = source.indexOf("'", i + 1)
      if (close < 0) return undefined
      add(source.slice(i + 1, close), true)
      i = close + 1
    } else if (c === '"') {
      let text = ''
      let literal = true
      i++
      while (i < source.length && source[i] !== '"') {
        if (source[i] === '\\' && /["\\$`]/.test(source[i + 1] ?? '')) {
          text += source[i + 1]
          i += 2
          continue
        }
        if (source[i] === '$' || source[i] === '`') {
          literal = false
          if (source[i + 1] === '(') {
            // a substitution may hold quotes of its own
            const end = endOfSubstitution(source, i + 1)
            if (end === undefined) return undefined
            i = end
            continue
          }
        }
        text += source[i]
        i++
      }
      if (i >= source.length) return undefined
      i++
      add(text, literal)
    } else if (c === '$' && source[i + 1] === '(') {
      const end = endOfSubstitution(source, i + 1)
      if (end === undefined) return undefined
      add('', false)
      i = end
    } else if (c === '$' || c === '`' || c === '*' || c === '?') {
      add(c, false)
      i++
    } else if (c === '#' && !word) {
      const end = source.indexOf('\n', i)
      i = end < 0 ? source.length : end
    } else if (c === '<' && source[i + 1] === '<' && source[i + 2] !== '<') {
      endWord()
      const indented = source[i + 2] === '-'
      const match = /^\s*(?:'([^'\n]+)'|"([^"\n]+)"|\\?([A-Za-z_][\w.-]*))/.exec(source.slice(i + (indented ? 3 : 2)))
      if (!match) return undefined
      const quoted = match[3] === undefined || match[0].includes('\\')
      heredocs.push({ command: current, delimiter: (match[1] ?? match[2] ?? match[3]) as string, quoted, indented })
      i += (indented ? 3 : 2) + match[0].length
    } else if (c === '>' || (c === '&' && source[i + 1] === '>')) {
      const both = c === '&'
      const at = both ? i + 1 : i
      const number = word !== undefined && /^\d$/.test(word.text) ? word.text : undefined
      if (number !== undefined) word = undefined
      else endWord()
      const append = source[at + 1] === '>'
      let next = at + (append ? 2 : 1)
      if (source[next] === '|') next++
      if (source[next] === '&') {
        // 2>&1: no file
        const duplicate = /^&(\d|-)/.exec(source.slice(next))
        i = next + (duplicate ? duplicate[0].length : 1)
        if (!duplicate) return undefined
      } else {
        i = next
        while (source[i] === ' ') i++
        // what goes to the error stream is not the file that is being written
        if (number === '2' || both) {
          const skipped = /^[^\s;&|<>]+/.exec(source.slice(i))
          i += skipped?.[0].length ?? 0
        } else redirect = { append }
      }
    } else if (c === '\n') {
      endCommand(false)
      i++
      for (const doc of heredocs) {
        const lines: string[] = []
        let closed = false
        while (i < source.length) {
          const end = source.indexOf('\n', i)
          const raw = source.slice(i, end < 0 ? source.length : end)
          i = end < 0 ? source.length : end + 1
          const line = doc.indented ? raw.replace(/^\t+/, '') : raw
          if (line.trimEnd() === doc.delimiter && line.startsWith(doc.delimiter)) {
            closed = true
            break
          }
          lines.push(line)
        }
        if (!closed) return undefined
        const text = lines.length === 0 ? '' : `${lines.join('\n')}\n`
        doc.command.input = { text, literal: doc.quoted || !/[$`\\]/.test(text) }
      }
      heredocs = []
    } else if (c === '|' && source[i + 1] !== '|') {
      endCommand(true)
      i++
    } else if (c === ';' || c === '&' || c === '|') {
      // after `||` the command ran only if the one before failed: whether it did is not known
      if (c === '|') return [...commands]
      endCommand(false)
      i += source[i + 1] === c ? 2 : 1
    } else if (c === '(' || c === ')' || ((c === '{' || c === '}') && !word)) {
      // groups run like what they hold; a function's body would not, so stop there
      if (c === '(' && word) return commands
      endCommand(false)
      i++
    } else if (c === ' ' || c === '\t' || c === '\r') {
      endWord()
      i++
    } else {
      add(c, true)
      i++
    }
  }
  if (heredocs.length > 0) return undefined
  endCommand(false)
  // loops and conditions: what ran is not in the text
  return commands.some((command) => /^(for|while|until|if|case|function|select)$/.test(command.words[0]?.text ?? '')) ? [] : commands
}

function endOfSubstitution(source: string, open: number): number | undefined {
  let depth = 0
  let quote = ''
  for (let i = open; i < source.length; i++) {
    const c = source[i] as string
    if (quote) {
      if (c === '\\' && quote === '"') i++
      else if (c === quote) quote = ''
    } else if (c === "'" || c === '"') quote = c
    else if (c === '\\') i++
    else if (c === '(') depth++
    else if (c === ')' && --depth === 0) return i + 1
  }
  return undefined
}
