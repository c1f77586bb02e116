import { Fragment, type ReactNode } from 'react'

/**
 * Our own documents as a page: headings, paragraphs, lists, tables, code, emphasis, links. No HTML
 * passes through. Links to other documents have no page here and stay words.
 */
export function Markdown({ text }: { text: string }) {
  return <div className="space-y-3 text-sm leading-relaxed">{blocksOf(text).map((block, at) => renderBlock(block, at))}</div>
}

type Block =
  | { kind: 'heading'; level: number; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'list'; items: string[] }
  | { kind: 'code'; text: string }
  | { kind: 'table'; head: string[]; rows: string[][] }

export function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  const lines = text.split('\n')
  for (let i = 0; i < lines.length; ) {
    const line = lines[i] ?? ''
    const heading = /^(#{1,4}) (.*)$/.exec(line)
    if (line.trim() === '') i++
    else if (heading) {
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' })
      i++
    } else if (line.startsWith('```')) {
      const end = lines.findIndex((other, at) => at > i && other.startsWith('```'))
      const last = end < 0 ? lines.length : end
      blocks.push({ kind: 'code', text: lines.slice(i + 1, last).join('\n') })
      i = last + 1
    } else if (line.startsWith('|')) {
      const rows: string[][] = []
      for (; lines[i]?.startsWith('|'); i++) rows.push(cellsOf(lines[i] ?? ''))
      const [head = [], , ...rest] = rows
      blocks.push({ kind: 'table', head, rows: rest })
    } else if (line.startsWith('- ')) {
      const items: string[] = []
      for (; lines[i]?.startsWith('- ') || lines[i]?.startsWith('  '); i++) {
        if (lines[i]?.startsWith('- ')) items.push((lines[i] ?? '').slice(2))
        else items.push(`${items.pop() ?? ''} ${(lines[i] ?? '').trim()}`)
      }
      blocks.push({ kind: 'list', items })
    } else {
      const words: string[] = []
      for (; lines[i] !== undefined && lines[i]?.trim() !== '' && !/^(#{1,4} |\||- |```)/.test(lines[i] ?? ''); i++) words.push(lines[i] ?? '')
      blocks.push({ kind: 'paragraph', text: words.join(' ') })
    }
  }
  return blocks
}

/** A bar inside code, or behind a backslash, is no border. */
function cellsOf(line: string): string[] {
  const cells: string[] = []
  let cell = ''
  let code = false
  for (let i = 1; i < line.length; i++) {
    const c = line[i] as string
    if (c === '\\' && line[i + 1] === '|') {
      cell += '|'
      i++
    } else if (c === '|' && !code) {
      cells.push(cell.trim())
      cell = ''
    } else {
      if (c === '`') code = !code
      cell += c
    }
  }
  return cells
}

const anchorOf = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-')

function renderBlock(block: Block, key: number): ReactNode {
  switch (block.kind) {
    case 'heading': {
      const id = anchorOf(block.text)
      if (block.level === 1)
        return (
          <h1 key={key} id={id} className="text-xl font-semibold tracking-tight">
            {inline(block.text)}
          </h1>
        )
      if (block.level === 2)
        return (
          <h2 key={key} id={id} className="scroll-mt-4 pt-5 text-lg font-semibold tracking-tight">
            {inline(block.text)}
          </h2>
        )
      return (
        <h3 key={key} id={id} className="scroll-mt-4 pt-2 font-semibold">
          {inline(block.text)}
        </h3>
      )
    }
    case 'paragraph':
      return (
        <p key={key} className="max-w-[75ch]">
          {inline(block.text)}
        </p>
      )
    case 'list':
      return (
        <ul key={key} className="max-w-[75ch] list-disc space-y-1 pl-5">
          {block.items.map((item) => (
            <li key={item}>{inline(item)}</li>
          ))}
        </ul>
      )
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, by keyboard, too
        <pre key={key} tabIndex={0} className="overflow-x-auto rounded-md border bg-surface p-3 text-xs leading-[1.15rem]">
          {block.text}
        </pre>
      )
    case 'table':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reached by keys
        <section key={key} className="overflow-x-auto rounded-md border" tabIndex={0} aria-label={block.head.filter(Boolean).join(', ') || 'table'}>
          <table className="w-full text-sm">
            <thead className="text-left text-xs text-quiet">
              <tr className="border-b">
                {block.head.map((cell, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns have no other name
                  <th key={at} className="px-3 py-1.5 font-normal whitespace-nowrap">
                    {inline(cell)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody className="divide-y">
              {block.rows.map((row, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: never reordered
                <tr key={at}>
                  {row.map((cell, column) => (
                    // biome-ignore lint/suspicious/noArrayIndexKey: never reordered
                    <td key={column} className="px-3 py-1.5 align-top">
                      {inline(cell)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )
    default: {
      const impossible: never = block
      return impossible
    }
  }
}

const INLINE = /(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*|\[[^\]]+\]\([^)]+\))/

function inline(text: string): ReactNode {
  return text.split(INLINE).map((part, at) => {
    const key = `${at} ${part}`
    if (part.startsWith('`') && part.length > 2)
      return (
        <code key={key} className="rounded bg-surface-2 px-1 py-px text-[0.92em]">
          {part.slice(1, -1)}
        </code>
      )
    if (part.startsWith('**') && part.length > 4) return <strong key={key}>{inline(part.slice(2, -2))}</strong>
    if (part.startsWith('*') && part.length > 2) return <em key={key}>{part.slice(1, -1)}</em>
    const link = /^\[([^\]]+)\]\(([^)]+)\)$/.exec(part)
    if (link?.[2]?.startsWith('#'))
      return (
        <a key={key} href={link[2]} className="underline underline-offset-2">
          {link[1]}
        </a>
      )
    return <Fragment key={key}>{link ? link[1] : part}</Fragment>
  })
}
