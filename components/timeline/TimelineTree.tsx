'use client'

import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { plural } from '@/components/text/count'
import { useFixedRows } from '@/components/ui/fixed-rows'
import { barOfSelection, selectionOfBar } from '@/lib/timeline/select'
import { sayBar, sayLane, Tree, type TreeRow } from '@/lib/timeline/tree'
import type { View } from '@/lib/view/view'
import { rolledOver } from './LaneHeads'
import styles from './tree.module.css'
import type { RowsSource } from './use-rows'

interface TimelineTreeProps {
  source: RowsSource
  view: View
  onView(patch: Partial<View>): void
  /** What it is a list of, where two stand beside one another. */
  name?: string
  /** Shown as a plain list; otherwise it appears when the keyboard reaches it. */
  shown?: boolean
}

// What a screen reader reads need not change ten times a second.
const CALM_MS = 500
const ROW = 28

/** The timeline's twin: the same lanes and bars as a tree, for keyboard and screen reader, over rows that a parent keeps. */
export function TimelineTreeOf({ source, view, onView, name, shown = false }: TimelineTreeProps) {
  const [version, setVersion] = useState(0)
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const [at, setAt] = useState(0)
  const [focused, setFocused] = useState(false)
  const list = useRef<HTMLDivElement>(null)

  const drawn = useRef(source.rows.version)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const change = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        setVersion((n) => n + 1)
      }, CALM_MS)
    }
    const off = source.subscribe(change)
    // between the first rendering and now something may have come
    if (drawn.current !== source.rows.version) change()
    return () => {
      clearTimeout(timer)
      off()
    }
  }, [source])

  const { rows } = source
  // the rows change in place: `version` tells what came, calmly; other lanes must not be read by an older tree
  // biome-ignore lint/correctness/useExhaustiveDependencies: as said
  const tree = useMemo(() => new Tree(rows, closed), [rows, closed, version, rows.lanesVersion])
  const chosen = view.selection?.kind === 'agent' ? tree.indexOfLane(view.selection.id) : tree.indexOfBar(barOfSelection(source.rows, view.selection))
  const current = Math.min(Math.max(0, at), Math.max(0, tree.length - 1))
  const { from, until, top, total, scrollTo } = useFixedRows(list, tree.length, ROW)

  // what is selected elsewhere is where the keyboard will be here
  useEffect(() => {
    if (chosen < 0) return
    setAt(chosen)
    scrollTo(chosen)
  }, [chosen, scrollTo])

  const goTo = (index: number) => {
    const next = Math.max(0, Math.min(tree.length - 1, index))
    setAt(next)
    scrollTo(next)
    // the row may only exist after the scroll
    requestAnimationFrame(() => requestAnimationFrame(() => list.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus()))
  }
  const toggle = (id: string, open: boolean) => {
    const next = new Set(closed)
    if (open) next.delete(id)
    else next.add(id)
    setClosed(next)
  }
  const choose = (row: TreeRow) => {
    if (row.kind === 'lane' && row.lane.group) onView({ lanes: rolledOver(view.lanes, row.lane) })
    else onView({ selection: row.kind === 'lane' ? { kind: 'agent', id: row.lane.id } : selectionOfBar(source.rows, row.bar) })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (tree.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return
    const row = tree.getRow(current)
    switch (event.key) {
      case 'ArrowDown':
        goTo(current + 1)
        break
      case 'ArrowUp':
        goTo(current - 1)
        break
      case 'Home':
        goTo(0)
        break
      case 'End':
        goTo(tree.length - 1)
        break
      case 'PageDown':
        goTo(current + 12)
        break
      case 'PageUp':
        goTo(current - 12)
        break
      case 'ArrowRight':
        if (row.kind === 'lane' && !row.open) toggle(row.lane.id, true)
        else if (row.kind === 'lane') goTo(current + 1)
        break
      case 'ArrowLeft':
        if (row.kind === 'bar') goTo(tree.indexOfLane(row.lane.id))
        else if (row.open) toggle(row.lane.id, false)
        break
      case 'Enter':
      case ' ':
        choose(row)
        break
      default:
        return
    }
    event.preventDefault()
    event.stopPropagation()
  }

  const { strikeList } = source.rows
  const lanes = source.rows.lanes.filter(({ group }) => !group)
  const loud = strikeList.filter((strike) => strike.loud).length
  return (
    <section className={`${styles.root} ${shown ? styles.shown : focused ? styles.drawer : styles.hidden}`} aria-label={name === undefined ? 'Timeline as a list' : `Timeline of ${name} as a list`}>
      <p className={styles.sum}>
        {plural(lanes.length, 'lane')}, {plural(loud, 'intervention that destroyed or cut work', 'interventions that destroyed or cut work')}
      </p>
      <div ref={list} className={styles.list}>
        <div
          role="tree"
          aria-label="Lanes and what their agents did"
          className={styles.rows}
          style={{ height: total }}
          onKeyDown={onKeyDown}
          onFocus={() => setFocused(true)}
          onBlur={(event) => {
            if (!event.currentTarget.contains(event.relatedTarget)) setFocused(false)
          }}
        >
          {Array.from({ length: until - from }, (_, i) => {
            const index = from + i
            const row = tree.getRow(index)
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the tree hears the keys for all its rows
              <div
                key={index}
                role="treeitem"
                data-index={index}
                tabIndex={index === current ? 0 : -1}
                aria-level={row.level}
                aria-posinset={row.position}
                aria-setsize={row.siblings}
                aria-selected={index === chosen}
                aria-expanded={row.kind === 'lane' ? (row.lane.group ? row.lane.family?.open : row.lane.shown.length > 0 ? row.open : undefined) : undefined}
                className={`${styles.row} ${row.kind === 'lane' ? styles.lane : ''} ${row.kind === 'bar' && isLoud(source, row.bar) ? styles.loud : ''}`}
                style={{ transform: `translateY(${top + i * ROW}px)`, paddingLeft: 12 + row.level * 14 }}
                onClick={() => {
                  setAt(index)
                  choose(row)
                }}
                onDoubleClick={() => row.kind === 'lane' && toggle(row.lane.id, !row.open)}
              >
                {row.kind === 'lane' ? sayLane(row.lane) : sayBar(source.rows, row.bar)}
              </div>
            )
          })}
        </div>
      </div>
    </section>
  )
}

function isLoud({ rows }: RowsSource, bar: number): boolean {
  return rows.bars.acted.at(bar) === 1 || rows.bars.destroyed.at(bar) >= 0
}
