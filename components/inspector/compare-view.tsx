'use client'

import { type ReactNode, useMemo, useState } from 'react'
import { useNarrow } from '@/components/providers/use-media'
import { plural } from '@/components/text/count'
import { Skeleton } from '@/components/ui/notes'
import { DETECTOR_PARAMETERS } from '@/lib/core/interventions'
import { keptTokens, type Stretch } from '@/lib/core/provenance/kept'
import { compareTexts, type FoldedRow, foldSame, type Line, linesOf, stacked } from './compare'
import { paint } from './paint'
import { plainText } from './plain-text'
import { type Coloured, syntaxOf } from './syntax'
import type { Loaded } from './use-content'

interface Props {
  left: { title: ReactNode; loaded: Loaded; absent: string }
  right: { title: ReactNode; loaded: Loaded; absent: string }
  /** `destroyed`: what is gone was destroyed by a master: vermilion, and nothing else is. `blind`: neither side came first, nothing is struck out. */
  meaning: 'destroyed' | 'changed' | 'blind'
  /** The sub-agent was stopped here; the rest was never written. */
  cut: string | undefined
  /** Of the artifact, for its language; undefined: words, nothing to colour and nothing counted. */
  path: string | undefined
  /** The run lengths that the finding was made with; the built-in ones where it keeps none. */
  thresholds?: Readonly<Record<string, number>>
  /** The number of the texts' first line, from 1. */
  firstLine?: number
}

const SHOWN_ROWS = 300

export function CompareView({ left, right, meaning, cut, path, thresholds, firstLine = 1 }: Props) {
  const unified = useNarrow()
  const before = left.loaded.kind === 'text' ? left.loaded.text : undefined
  const after = right.loaded.kind === 'text' ? right.loaded.text : undefined
  const waiting = left.loaded.kind === 'loading' || right.loaded.kind === 'loading'
  const rows = useMemo(() => {
    if (waiting) return undefined
    const compared = compareTexts(before ?? '', after ?? '') ?? apart(before ?? '', after ?? '')
    return foldSame(unified ? stacked(compared) : compared)
  }, [waiting, before, after, unified])
  const looks = useMemo(() => {
    if (waiting || path === undefined || before === undefined || after === undefined) return undefined
    const runs = { rawRun: thresholds?.rawRun ?? DETECTOR_PARAMETERS.rawRun, renamedRun: thresholds?.renamedRun ?? DETECTOR_PARAMETERS.renamedRun }
    return {
      kept: meaning === 'blind' ? undefined : keptTokens(before, after, path, runs),
      left: syntaxOf(before.split('\n'), path),
      right: syntaxOf(after.split('\n'), path),
    }
  }, [waiting, before, after, path, thresholds, meaning])
  const lookOf = (side: 'left' | 'right'): Look => ({
    kept: side === 'left' ? looks?.kept?.before : looks?.kept?.after,
    syntax: looks?.[side],
    offset: firstLine - 1,
  })
  const looksLeft = lookOf('left')
  const looksRight = lookOf('right')
  const marked = looks?.kept?.before.some((line) => line.length > 0)
  const [all, setAll] = useState(false)
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set())
  const flat = useMemo(() => rows?.flatMap((row): FoldedRow[] => (row.kind === 'fold' && open.has(row.id) ? row.rows : [row])), [rows, open])
  const shown = all ? flat : flat?.slice(0, SHOWN_ROWS)
  // What was cut ends with its last line; beside the rest of the rewrite lies what was never written.
  const lastLeft = flat?.findLastIndex((row) => row.kind === 'fold' || row.left !== undefined) ?? -1
  const [gone, came] = TONES[meaning]
  const note = (side: Props['left']) =>
    side.loaded.kind === 'failed'
      ? `The text could not be read. ${side.loaded.why}`
      : side.loaded.kind === 'absent' || (side.loaded.kind === 'text' && side.loaded.text === '')
        ? side.absent
        : undefined
  const notes = { left: note(left), right: note(right) }

  return (
    <div className="overflow-hidden border-y">
      {unified ? (
        <p className="border-b px-3 py-2 text-xs">
          {left.title} <span className="text-quiet">→</span> {right.title}
        </p>
      ) : (
        <div className="grid grid-cols-2 border-b text-xs">
          <p className="truncate border-r px-3 py-2">{left.title}</p>
          <p className="truncate px-3 py-2">{right.title}</p>
        </div>
      )}
      {shown === undefined ? (
        <div className="space-y-2 p-3" role="status" aria-label="Reading both texts">
          {Array.from({ length: 6 }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: all alike, never reordered
            <Skeleton key={i} className="h-3" />
          ))}
        </div>
      ) : (
        // One table for both, so that lines stay beside each other and a screen reader reads across.
        <table className="w-full table-fixed border-collapse font-mono text-xs leading-[1.15rem]">
          <caption className="sr-only">{meaning === 'blind' ? 'Both texts, line by line' : 'The original and the rewrite, line by line'}</caption>
          <colgroup>
            <col className="w-10" />
            <col />
            {!unified && <col className="w-10" />}
            {!unified && <col />}
          </colgroup>
          <tbody>
            {(notes.left || notes.right) && !unified && (
              <tr>
                <NoteCell>{notes.left}</NoteCell>
                <NoteCell divided>{notes.right}</NoteCell>
              </tr>
            )}
            {unified &&
              [notes.left, notes.right].filter(Boolean).map((text) => (
                <tr key={text}>
                  <NoteCell>{text}</NoteCell>
                </tr>
              ))}
            {shown.map((row, at) =>
              row.kind === 'fold' ? (
                <tr key={`fold ${row.id}`}>
                  <td colSpan={unified ? 2 : 4} className="p-0">
                    <button
                      type="button"
                      onClick={() => setOpen(new Set([...open, row.id]))}
                      className="w-full bg-surface-2 px-3 py-0.5 text-left font-sans text-xs text-quiet hover:text-text"
                    >
                      {plural(row.rows.length, 'unchanged line')}, show
                    </button>
                  </td>
                </tr>
              ) : unified ? (
                <Unified
                  key={`${row.left?.no} ${row.right?.no}`}
                  row={row}
                  looks={[looksLeft, looksRight]}
                  tones={[gone, came]}
                  cut={cut !== undefined && at === lastLeft ? cut : undefined}
                />
              ) : (
                <tr key={`${row.left?.no} ${row.right?.no}`}>
                  {cut === undefined || at <= lastLeft ? (
                    <Cells line={row.left} look={looksLeft} tone={row.kind === 'same' ? undefined : gone} whole={row.kind !== 'changed'} />
                  ) : (
                    at === lastLeft + 1 && <CutCell cut={cut} rows={shown.length - at} />
                  )}
                  <Cells line={row.right} look={looksRight} tone={row.kind === 'same' ? undefined : came} whole={row.kind !== 'changed'} divided />
                </tr>
              ),
            )}
            {cut !== undefined && !unified && lastLeft === shown.length - 1 && flat?.length === shown.length && (
              <tr>
                <CutCell cut={cut} rows={1} />
                <td colSpan={2} className="border-l" />
              </tr>
            )}
          </tbody>
        </table>
      )}
      {marked && (
        <p className="border-t px-3 py-1.5 text-xs text-quiet">
          <span className="kept">Underlined</span>: tokens that survived by the rule, wherever they went, in changed lines of either text.
        </p>
      )}
      {flat && shown && flat.length > shown.length && (
        <button
          type="button"
          onClick={() => setAll(true)}
          className="w-full border-t px-3 py-1.5 text-left text-xs text-quiet hover:bg-surface-2 hover:text-text"
        >
          Show all {plural(flat.length, 'line')}
        </button>
      )}
    </div>
  )
}

function CutCell({ cut, rows }: { cut: string; rows: number }) {
  return (
    <td colSpan={2} rowSpan={rows} className="hatched px-3 py-1.5 text-center align-top text-destroyed">
      <span className="bg-bg px-1.5">— {cut} —</span>
    </td>
  )
}

type Tone = 'gone' | 'gone-loud' | 'came' | 'differs'

/** Of what only the left text has, and of what only the right one has. */
const TONES: Record<Props['meaning'], [Tone, Tone]> = { destroyed: ['gone-loud', 'came'], changed: ['gone', 'came'], blind: ['differs', 'differs'] }
/** Said to who cannot see the ground. */
const SAYS: Record<Tone, string> = { gone: 'gone: ', 'gone-loud': 'gone: ', came: 'new: ', differs: 'differs: ' }

const LINE: Record<Tone, string> = {
  differs: 'bg-agent/8',
  gone: 'bg-unknown/10',
  'gone-loud': 'bg-destroyed/12',
  came: 'bg-master/12',
}
const WORD: Record<Tone, string> = {
  differs: 'bg-agent/25',
  gone: 'bg-unknown/30 line-through decoration-unknown/70',
  'gone-loud': 'bg-destroyed/35 line-through decoration-destroyed/80',
  came: 'bg-master/35',
}

/** What lies over the lines of one text, by their place in it from 0. */
interface Look {
  kept: readonly Stretch[][] | undefined
  syntax: readonly Coloured[][] | undefined
  /** What is added to a line's number for people. */
  offset: number
}

function Cells({ line, look, tone, whole, divided }: { line: Line | undefined; look: Look; tone: Tone | undefined; whole: boolean; divided?: boolean }) {
  const ground = line && tone ? LINE[tone] : ''
  return (
    <>
      <td className={`px-1 text-right align-top text-quiet select-none ${divided ? 'border-l' : ''} ${ground}`}>{line && line.no + look.offset}</td>
      <td className={`pr-2 pl-1 align-top break-words whitespace-pre-wrap [unicode-bidi:isolate] ${ground}`}>
        {line && tone && <span className="sr-only">{SAYS[tone]}</span>}
        {line && <Spans line={line} look={look} tone={tone} whole={whole} />}
      </td>
    </>
  )
}

function Spans({ line, look, tone, whole }: { line: Line; look: Look; tone: Tone | undefined; whole: boolean }) {
  const pieces = paint(line.spans, tone && look.kept?.[line.no - 1], look.syntax?.[line.no - 1])
  return pieces.map(({ text, changed, kept, syntax }, at) => {
    const word = tone && changed && !whole ? `rounded-[2px] ${WORD[tone]}` : ''
    // on the ground of a changed word only the text's own colour reads
    const looks = [word, kept ? 'kept' : '', syntax && !word ? `code-${syntax}` : ''].filter(Boolean).join(' ')
    return looks === '' ? (
      plainText(text)
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: a line's pieces have no other name
      <span key={at} className={looks}>
        {plainText(text)}
      </span>
    )
  })
}

function Unified({
  row,
  looks: [before, after],
  tones: [gone, came],
  cut,
}: {
  row: Exclude<FoldedRow, { kind: 'fold' }>
  looks: [Look, Look]
  tones: [Tone, Tone]
  cut: string | undefined
}) {
  const cutRow = cut !== undefined && (
    <tr>
      <CutCell cut={cut} rows={1} />
    </tr>
  )
  if (row.kind === 'same')
    return (
      <>
        <tr>
          <Cells line={row.right} look={after} tone={undefined} whole={false} />
        </tr>
        {cutRow}
      </>
    )
  const whole = row.kind !== 'changed'
  return (
    <>
      {row.left && (
        <tr>
          <Cells line={row.left} look={before} tone={gone} whole={whole} />
        </tr>
      )}
      {cutRow}
      {row.right && (
        <tr>
          <Cells line={row.right} look={after} tone={came} whole={whole} />
        </tr>
      )}
    </>
  )
}

function NoteCell({ children, divided }: { children: string | undefined; divided?: boolean }) {
  return (
    <td colSpan={2} className={`px-3 py-2 font-sans text-xs text-quiet ${divided ? 'border-l' : ''}`}>
      {children}
    </td>
  )
}

/** Too different to compare in time: one after the other, nothing claimed about what became what. */
function apart(before: string, after: string) {
  return [
    ...linesOf(before).map((text, i) => ({ kind: 'removed' as const, left: { no: i + 1, spans: [{ text, changed: true }] } })),
    ...linesOf(after).map((text, i) => ({ kind: 'added' as const, right: { no: i + 1, spans: [{ text, changed: true }] } })),
  ]
}
