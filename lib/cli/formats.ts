import type { Command } from 'commander'
import { FORMATS } from '@/lib/formats'

export function register(program: Command): void {
  program
    .command('formats')
    .description('list the trace formats that are read, where their files lie and how each begins')
    .action(() => {
      process.stdout.write(formatsText(process.stdout.columns))
    })
}

const INDENT = 26

/** A line for where the files lie, a line for what they are told by; wrapped to `columns`. */
export function formatsText(columns = 120): string {
  const width = Math.max(40, Math.min(columns, 140)) - INDENT
  return FORMATS.map(({ name, title, lies, shape }) => {
    const [first = '', ...rest] = [title, ...wrapped(`files: ${lies}`, width), ...wrapped(`with:  ${shape}`, width)]
    return [`${name.padEnd(INDENT)}${first}`, ...rest.map((line) => ' '.repeat(INDENT) + line)].join('\n')
  })
    .join('\n\n')
    .concat('\n\nWhat becomes what: docs/formats.md. Ways in over HTTP, and the lines to paste: the page Connect.\n')
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(lines.length === 0 ? word : `       ${word}`)
  }
  return lines
}
