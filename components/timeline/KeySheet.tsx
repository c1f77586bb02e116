'use client'

import { useEffect, useRef } from 'react'
import { type Chord, KEY_GROUPS, KEYS, type KeyBinding, printChord } from '@/lib/view/keys'
import styles from './keys.module.css'

/** Every key, from the table that also drives them. */
export function KeySheet({ open, onClose }: { open: boolean; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const element = dialog.current
    if (!element) return
    if (open && !element.open) element.showModal()
    if (!open && element.open) element.close()
  }, [open])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click outside closes; the keyboard has Escape
    <dialog
      ref={dialog}
      className={styles.sheet}
      aria-labelledby="key-sheet-title"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className={styles.sheetTop}>
        <h2 id="key-sheet-title">Keys</h2>
        <button type="button" onClick={onClose}>
          Close <kbd className={styles.key}>esc</kbd>
        </button>
      </div>
      <div className={styles.groups}>
        {KEY_GROUPS.map((group) => (
          <section key={group}>
            <h3>{group}</h3>
            <dl>
              {commandsOf(group).map(({ says, chords }) => (
                <div key={says}>
                  <dt>{says}</dt>
                  <dd>
                    {chords.map((chord) => (
                      <kbd key={printChord(chord)} className={styles.key}>
                        {printChord(chord, isMac())}
                      </kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  )
}

/** Bindings of one command stand in one line. */
function commandsOf(group: KeyBinding['group']): { says: string; chords: Chord[] }[] {
  const lines = new Map<string, { says: string; chords: Chord[] }>()
  for (const { command, says, keys, group: its } of KEYS) {
    if (its !== group) continue
    const line = lines.get(command)
    if (line) line.chords.push(...keys)
    else lines.set(command, { says, chords: [...keys] })
  }
  return [...lines.values()]
}

function isMac(): boolean {
  return typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.userAgent)
}
