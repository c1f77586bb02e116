'use client'

import { useState } from 'react'
import { formatCount, plural } from '@/components/text/count'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Skeleton } from '@/components/ui/notes'
import { type Content, contentChars } from '@/lib/core/content'
import { plainText } from './plain-text'
import { type Loaded, useContent } from './use-content'

const SHOWN_CHARS = 4000
/** Larger texts are fetched only when asked for. */
const FETCHED_CHARS = 1_000_000

/** A text of the trace under its title, fetched when it is shown. */
export function ContentBlock({ sessionId, title, content }: { sessionId: string; title: string; content: Content | undefined }) {
  const [wanted, setWanted] = useState(false)
  const chars = content === undefined ? 0 : contentChars(content)
  const large = chars > FETCHED_CHARS
  const loaded = useContent(sessionId, content, !large || wanted)
  if (content === undefined) return null
  return (
    <Block title={title} copy={loaded.kind === 'text' ? loaded.text : undefined}>
      {large && !wanted ? (
        <Button onClick={() => setWanted(true)}>Load {formatCount(chars)} characters</Button>
      ) : (
        <Shown loaded={loaded} lines={Math.min(8, Math.ceil(chars / 80))} />
      )}
    </Block>
  )
}

export function LoadedBlock({ title, loaded, absent }: { title: string; loaded: Loaded; absent?: string }) {
  if (loaded.kind === 'absent' && absent === undefined) return null
  return (
    <Block title={title} copy={loaded.kind === 'text' ? loaded.text : undefined}>
      {loaded.kind === 'absent' ? <p className="text-sm text-quiet">{absent}</p> : <Shown loaded={loaded} lines={4} />}
    </Block>
  )
}

export function Block({ title, copy, children }: { title: string; copy?: string; children: React.ReactNode }) {
  return (
    <section className="mb-5">
      <div className="mb-1 flex h-6 items-center justify-between">
        <h3 className="text-xs font-medium text-quiet">{title}</h3>
        {copy !== undefined && <CopyButton text={copy} label={`Copy: ${title.toLowerCase()}`} />}
      </div>
      {children}
    </section>
  )
}

function Shown({ loaded, lines }: { loaded: Loaded; lines: number }) {
  switch (loaded.kind) {
    case 'loading':
      return (
        <div className="space-y-2 rounded-md border p-3" role="status" aria-label="Reading the text">
          {Array.from({ length: Math.max(1, lines) }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: all alike, never reordered
            <Skeleton key={i} className="h-3 w-full last:w-2/3" />
          ))}
        </div>
      )
    case 'failed':
      return <p className="rounded-md border p-3 text-sm text-quiet">The text could not be read. {loaded.why}</p>
    case 'absent':
      return null
    case 'text':
      return <TextBlock text={loaded.text} />
    default: {
      const impossible: never = loaded
      return impossible
    }
  }
}

export function TextBlock({ text }: { text: string }) {
  const [all, setAll] = useState(false)
  const shown = all ? text : text.slice(0, SHOWN_CHARS)
  return (
    <div className="overflow-hidden rounded-md border bg-bg">
      <pre className="overflow-x-auto p-3 text-xs leading-[1.15rem] break-words whitespace-pre-wrap [unicode-bidi:isolate]">{plainText(shown)}</pre>
      {text.length > shown.length && (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="w-full border-t px-3 py-1.5 text-left text-xs text-quiet hover:bg-surface-2 hover:text-text"
        >
          Show all {plural(text.length, 'character')}
        </button>
      )}
    </div>
  )
}
