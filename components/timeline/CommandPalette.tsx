'use client'

import { useDeferredValue, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useSharedSource } from '@/components/providers/session-source'
import { takeTyped } from '@/components/ui/type-ahead'
import type { SessionStore } from '@/lib/live/session-store'
import { besidePath } from '@/lib/view/beside'
import { type Command, KEYS, printChord } from '@/lib/view/keys'
import type { Selection } from '@/lib/view/view'
import styles from './palette.module.css'
import { runCommand } from './use-keys'

interface Entry {
  key: string
  says: string
  kind: 'command' | 'agent' | 'intervention'
  hint: string
  run(): void
}

// More than an eye takes in; typing narrows it down.
const SHOWN = 50

/** Everything that a key does, every agent and every intervention, by name. */
export function CommandPalette({ store, onPick, onClose }: { store: SessionStore; onPick(selection: Selection): void; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  const [text, setText] = useState('')
  const asked = useDeferredValue(text)
  const [at, setAt] = useState(0)
  const list = useId()
  // what is set here stands in the field before the browser hands on another key, which would go into an empty one
  useLayoutEffect(() => {
    dialog.current?.showModal()
    const typed = takeTyped()
    if (typed !== '') setText(typed)
  }, [])
  // what the session holds when it opens is enough
  const shared = useSharedSource() !== undefined
  const entries = useMemo(() => entriesOf(store, onPick, shared), [store, onPick, shared])
  const found = useMemo(() => {
    const words = asked.toLowerCase().split(/\s+/).filter(Boolean)
    const all: Entry[] = []
    for (const entry of entries) {
      const name = `${entry.says} ${entry.kind}`.toLowerCase()
      if (words.every((word) => name.includes(word))) all.push(entry)
      if (all.length >= SHOWN) break
    }
    return all
  }, [entries, asked])
  const current = Math.min(at, Math.max(0, found.length - 1))
  const run = (entry: Entry | undefined) => {
    if (!entry) return
    onClose()
    entry.run()
  }
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the box closes it; the keyboard has Escape
    <dialog
      ref={dialog}
      className={styles.palette}
      aria-label="Commands"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose()
      }}
    >
      <input
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={found[current] ? `${list}-${current}` : undefined}
        aria-label="Command, agent or intervention"
        placeholder="Command, agent or intervention"
        className={styles.input}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(found.length - 1, current + 1))
          else if (event.key === 'ArrowUp') setAt(Math.max(0, current - 1))
          else if (event.key === 'Enter') run(found[current])
          else return
          event.preventDefault()
        }}
      />
      <div id={list} role="listbox" aria-label="Found" className={styles.list}>
        {found.map((entry, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above hears the keys for the whole list
          <div
            key={entry.key}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === current}
            className={styles.entry}
            ref={index === current ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
            onClick={() => run(entry)}
          >
            <span className={styles.says}>{entry.says}</span>
            <span className={styles.hint}>{entry.hint}</span>
          </div>
        ))}
        {found.length === 0 && <p className={styles.none}>Nothing of that name.</p>}
      </div>
    </dialog>
  )
}

function entriesOf(store: SessionStore, onPick: (selection: Selection) => void, shared: boolean): Entry[] {
  const entries: Entry[] = []
  const seen = new Set<Command>()
  for (const { command, says, keys, group } of KEYS) {
    if (seen.has(command) || command === 'palette' || command === 'next-lane' || command === 'previous-lane') continue
    seen.add(command)
    const chord = keys[0]
    entries.push({ key: command, says, kind: 'command', hint: chord ? printChord(chord) : group, run: () => runCommand(command) })
  }
  // a link shows one session and no other
  if (!shared)
    entries.push({
      key: 'side by side',
      says: 'Side by side with another run',
      kind: 'command',
      hint: 'page',
      run: () => location.assign(besidePath([store.state.id])),
    })
  for (const agent of store.state.agents.values())
    entries.push({
      key: `agent ${agent.id}`,
      says: agent.name ?? agent.agentType ?? agent.id,
      kind: 'agent',
      hint: 'agent',
      run: () => onPick({ kind: 'agent', id: agent.id }),
    })
  for (const { id, kind, artifact, assigneeId } of store.findings.values()) {
    const whose = store.state.agents.get(assigneeId)?.name ?? assigneeId
    entries.push({
      key: `finding ${id}`,
      says: `${kind.replaceAll('_', ' ')} ${artifact ?? ''} ${whose}`.replace(/\s+/g, ' '),
      kind: 'intervention',
      hint: 'intervention',
      run: () => onPick({ kind: 'intervention', id }),
    })
  }
  return entries
}
