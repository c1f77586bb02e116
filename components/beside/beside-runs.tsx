'use client'

import { useCallback, useEffect, useMemo, useState } from 'react'
import { addressWith } from '@/components/providers/address'
import { KeySheet } from '@/components/timeline/KeySheet'
import { useKeys } from '@/components/timeline/use-keys'
import { copyText } from '@/components/ui/copy-button'
import { counterpart } from '@/lib/timeline/differences'
import { type Beside, type BesideSide, LETTERS, type Letter, MOST_RUNS, printBeside, sharedOf } from '@/lib/view/beside'
import type { View } from '@/lib/view/view'
import { CommonBar } from './common-bar'
import { CommonReplay } from './common-replay'
import { CopiedRuns } from './copied-runs'
import { Differences } from './differences'
import { type Run, RunPane } from './run-pane'
import { useTogether } from './use-together'

type Change = (change: (before: Beside) => Beside) => void

/** The timelines, moved and played together, and what differs. */
export function BesideRuns({ beside, change, onChoose }: { beside: Beside; change: Change; onChoose(place: number): void }) {
  const { together, replay, idle, live } = useTogether(beside, change)
  const [runs, setRuns] = useState<Partial<Record<Letter, Run>>>({})
  // takes the keys that are pressed in no timeline
  const [current, setCurrent] = useState<Letter>('a')
  const [copied, setCopied] = useState(false)
  const [sheet, setSheet] = useState(false)
  const { both, runs: sides } = beside
  const letters = LETTERS.slice(0, sides.length)
  const keyed = letters.includes(current) ? current : 'a'

  const onRun = useCallback((letter: Letter, run: Run | undefined) => setRuns((before) => ({ ...before, [letter]: run })), [])
  const changeSide = useCallback(
    (letter: Letter, patch: Partial<BesideSide>) =>
      change((before) => ({ ...before, runs: before.runs.map((side, i) => (LETTERS[i] === letter ? { ...side, ...patch } : side)) })),
    [change],
  )
  const onView = useCallback(
    (letter: Letter, patch: Partial<View>) => {
      if ('selection' in patch) {
        changeSide(letter, { selection: patch.selection })
        setCurrent(letter)
      }
      change((before) => {
        const next = sharedOf({ ...before.both, ...patch })
        // the same stretch and moment, in the other clock
        const there = next.clock === before.both.clock ? {} : together.inClock(next.clock)
        return { ...before, ...there, both: next }
      })
    },
    [change, changeSide, together],
  )
  const align = (letter: Letter, task: string | undefined) =>
    change((before) => {
      const own = runs[letter]
      const aligned = before.runs.map((side, i) => {
        const other = LETTERS[i] as Letter
        if (other === letter) return { ...side, task }
        // aligned at a task of one means at its counterpart of the others, until somebody says which
        const against = runs[other]
        if (task === undefined) return { ...side, task: undefined }
        return side.task !== undefined || !own || !against ? side : { ...side, task: counterpart(task, own.told.state, against.told.state) }
      })
      return { ...before, window: undefined, at: undefined, runs: aligned }
    })
  const rearrange = (next: readonly BesideSide[]) => change((before) => ({ ...before, runs: next }))
  const moveUp = (place: number) => {
    const next = [...sides]
    next.splice(place - 1, 0, ...next.splice(place, 1))
    rearrange(next)
  }
  const copy = useCallback(() => {
    copyText(addressWith(printBeside(beside))).then(setCopied)
  }, [beside])
  useEffect(() => {
    if (!copied) return
    // long enough to be read
    const timer = setTimeout(() => setCopied(false), 9_000)
    return () => clearTimeout(timer)
  }, [copied])
  const step = (by: 1 | -1) => {
    const selection = sides[LETTERS.indexOf(keyed)]?.selection
    const next = together.nextStrike(selection?.kind === 'intervention' ? { key: keyed, id: selection.id } : undefined, by, new Set(both.hidden))
    const letter = LETTERS.find((one) => one === next?.key)
    if (!next || !letter) return
    onView(letter, { selection: { kind: 'intervention', id: next.id } })
    if (together.replay.at !== undefined) together.replay.seek(next.place)
  }
  useKeys({ 'copy-link': copy, sheet: () => setSheet((open) => !open) })

  // a run that moves up stays what it is; one session may stand there twice
  const shown = sides.flatMap((side, place) => {
    const letter = LETTERS[place]
    const before = sides.slice(0, place).filter(({ session }) => session === side.session).length
    return letter === undefined ? [] : [{ letter, place, side, key: `${side.session}\n${before}` }]
  })
  const compared = useMemo(
    () => LETTERS.slice(0, sides.length).flatMap((letter) => (runs[letter] ? [{ letter, run: runs[letter] }] : [])),
    [runs, sides.length],
  )
  return (
    <>
      <CommonBar
        both={both}
        idle={idle}
        together={together}
        replaying={replay !== undefined}
        following={live ? beside.window === undefined || beside.follows : undefined}
        copied={copied}
        onView={(patch) => onView(keyed, patch)}
        onCopyLink={copy}
        onKeys={() => setSheet(true)}
        onAdd={letters.length < MOST_RUNS ? () => onChoose(letters.length) : undefined}
      />
      {copied && <CopiedRuns sessions={sides.map(({ session }) => session)} />}
      {shown.map(({ letter, place, side, key }) => (
        <RunPane
          key={key}
          letter={letter}
          many={letters.length > 2}
          side={side}
          both={both}
          together={together}
          replay={replay}
          current={letter === keyed}
          onRun={onRun}
          onCurrent={setCurrent}
          onView={onView}
          onStep={step}
          onAlign={align}
          onChoose={() => onChoose(place)}
          onMoveUp={place > 0 ? () => moveUp(place) : undefined}
          onRemove={letters.length > 2 ? () => rearrange(sides.filter((_, i) => i !== place)) : undefined}
        />
      ))}
      <Differences runs={compared} together={together} clock={both.clock} place={replay?.at} />
      {replay && <CommonReplay together={together} status={replay} clock={both.clock} runs={compared} onStep={step} />}
      {sheet && <KeySheet open onClose={() => setSheet(false)} />}
    </>
  )
}
