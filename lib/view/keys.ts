/**
 * The one table of keys. The handler, the hint bar and the sheet all read it, so they cannot differ.
 */
export type Command =
  | 'next-turn'
  | 'previous-turn'
  | 'next-lane'
  | 'previous-lane'
  | 'next-intervention'
  | 'previous-intervention'
  | 'open'
  | 'up'
  | 'follow'
  | 'pause'
  | 'zoom-in'
  | 'zoom-out'
  | 'fit'
  | 'pan-left'
  | 'pan-right'
  | 'scroll-up'
  | 'scroll-down'
  | 'fold'
  | 'lens'
  | 'clock'
  | 'replay'
  | 'slower'
  | 'faster'
  | 'roll-up'
  | 'pin'
  | 'only'
  | 'leave-out'
  | 'justified'
  | 'unjustified'
  | 'unsure'
  | 'palette'
  | 'search'
  | 'next-hit'
  | 'previous-hit'
  | 'copy-link'
  | 'sheet'

/** In the order of the sheet. */
export const KEY_GROUPS = ['Move', 'Look', 'Follow', 'Replay', 'Session'] as const

export interface KeyBinding {
  command: Command
  /** As `KeyboardEvent.key` gives them; letters are lower case, with `shift` when it counts. */
  keys: readonly Chord[]
  /** What it does, for the sheet. */
  says: string
  group: (typeof KEY_GROUPS)[number]
  /** `page`: anywhere but in a text field. `timeline`: while the timeline has the focus. */
  scope: 'page' | 'timeline'
  /** A word or two for the hint bar; left out where the bar does not show it. */
  hint?: string
}

export interface Chord {
  key: string
  shift?: boolean
  /** Ctrl, or cmd on a Mac. */
  mod?: boolean
}

export const KEYS: readonly KeyBinding[] = [
  { command: 'next-turn', keys: [{ key: 'j' }], says: 'Next turn or call in the lane', group: 'Move', scope: 'page', hint: 'turn' },
  { command: 'previous-turn', keys: [{ key: 'k' }], says: 'Previous turn or call in the lane', group: 'Move', scope: 'page', hint: 'turn' },
  { command: 'next-lane', keys: [{ key: 'Tab' }], says: 'Next lane; past the last one the focus moves on', group: 'Move', scope: 'timeline', hint: 'lane' },
  { command: 'previous-lane', keys: [{ key: 'Tab', shift: true }], says: 'Previous lane', group: 'Move', scope: 'timeline' },
  { command: 'next-intervention', keys: [{ key: 'o' }], says: 'Next intervention', group: 'Move', scope: 'page', hint: 'intervention' },
  { command: 'previous-intervention', keys: [{ key: 'o', shift: true }], says: 'Previous intervention', group: 'Move', scope: 'page', hint: 'intervention' },
  { command: 'open', keys: [{ key: 'Enter' }], says: 'Bring what is selected into view', group: 'Move', scope: 'timeline' },
  { command: 'up', keys: [{ key: 'Escape' }], says: 'Up one level: turn, lane, session', group: 'Move', scope: 'page', hint: 'up' },
  { command: 'zoom-in', keys: [{ key: '+' }, { key: '=' }, { key: 'w' }], says: 'Zoom in', group: 'Look', scope: 'page', hint: 'zoom' },
  { command: 'zoom-out', keys: [{ key: '-' }, { key: 's' }], says: 'Zoom out', group: 'Look', scope: 'page', hint: 'zoom' },
  { command: 'fit', keys: [{ key: '0' }], says: 'Fit the whole session', group: 'Look', scope: 'page', hint: 'fit' },
  { command: 'pan-left', keys: [{ key: 'a' }], says: 'Earlier', group: 'Look', scope: 'page' },
  { command: 'pan-right', keys: [{ key: 'd' }], says: 'Later', group: 'Look', scope: 'page' },
  { command: 'pan-left', keys: [{ key: 'ArrowLeft' }], says: 'Earlier', group: 'Look', scope: 'timeline' },
  { command: 'pan-right', keys: [{ key: 'ArrowRight' }], says: 'Later', group: 'Look', scope: 'timeline' },
  { command: 'scroll-up', keys: [{ key: 'ArrowUp' }], says: 'Lanes up', group: 'Look', scope: 'timeline' },
  { command: 'scroll-down', keys: [{ key: 'ArrowDown' }], says: 'Lanes down', group: 'Look', scope: 'timeline' },
  { command: 'fold', keys: [{ key: 'i' }], says: 'Fold or unfold idle time', group: 'Look', scope: 'page' },
  { command: 'lens', keys: [{ key: 'l' }], says: 'Dim what has no part in an intervention', group: 'Look', scope: 'page' },
  { command: 'clock', keys: [{ key: 't' }], says: 'Clock: time, tokens, steps', group: 'Look', scope: 'page' },
  { command: 'roll-up', keys: [{ key: 'x' }], says: 'Roll up or open the selected lane', group: 'Look', scope: 'page' },
  { command: 'pin', keys: [{ key: 'p' }], says: 'Pin the selected lane on top, or let it go', group: 'Look', scope: 'page' },
  { command: 'only', keys: [{ key: 'v' }], says: 'Show only the selected lane, or all again', group: 'Look', scope: 'page' },
  { command: 'leave-out', keys: [{ key: 'm' }], says: 'Leave the selected lane out, or show it again', group: 'Look', scope: 'page' },
  { command: 'follow', keys: [{ key: 'f' }], says: 'Follow: the run, its interventions, nothing', group: 'Follow', scope: 'page', hint: 'follow' },
  { command: 'pause', keys: [{ key: ' ' }], says: 'Pause or go on: the replay, or following a live run', group: 'Follow', scope: 'page', hint: 'play, pause' },
  { command: 'replay', keys: [{ key: 'r' }], says: 'Replay from the beginning, or end the replay', group: 'Replay', scope: 'page', hint: 'replay' },
  { command: 'slower', keys: [{ key: '<' }], says: 'Replay slower', group: 'Replay', scope: 'page' },
  { command: 'faster', keys: [{ key: '>' }], says: 'Replay faster', group: 'Replay', scope: 'page' },
  { command: 'justified', keys: [{ key: 'j', shift: true }], says: 'Verdict on the open intervention: justified', group: 'Session', scope: 'page' },
  { command: 'unjustified', keys: [{ key: 'u', shift: true }], says: 'Verdict: unjustified', group: 'Session', scope: 'page' },
  { command: 'unsure', keys: [{ key: 'n', shift: true }], says: 'Verdict: can’t tell', group: 'Session', scope: 'page' },
  {
    command: 'palette',
    keys: [{ key: 'k', mod: true }],
    says: 'Every command, agent and intervention by name',
    group: 'Session',
    scope: 'page',
    hint: 'commands',
  },
  { command: 'search', keys: [{ key: '/' }], says: 'Search all texts; in the list of sessions, its titles', group: 'Session', scope: 'page', hint: 'search' },
  { command: 'next-hit', keys: [{ key: 'g' }], says: 'Next hit of the search', group: 'Session', scope: 'page' },
  { command: 'previous-hit', keys: [{ key: 'g', shift: true }], says: 'Previous hit', group: 'Session', scope: 'page' },
  { command: 'copy-link', keys: [{ key: 'c' }], says: 'Copy a link to exactly this view', group: 'Session', scope: 'page', hint: 'copy link' },
  { command: 'sheet', keys: [{ key: '?' }], says: 'This sheet', group: 'Session', scope: 'page', hint: 'keys' },
]

export interface KeyPress {
  key: string
  shiftKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
}

/** The command of a key press, if any. Signs such as `?` and `+` need shift on some keyboards: it is ignored for them. */
export function lookupCommand(press: KeyPress, inTimeline: boolean): Command | undefined {
  if (press.altKey) return undefined
  const mod = press.ctrlKey || press.metaKey
  const letter = /^[a-z]$/i.test(press.key)
  const key = letter ? press.key.toLowerCase() : press.key
  const shiftCounts = letter || press.key.length > 1
  for (const binding of KEYS) {
    if (binding.scope === 'timeline' && !inTimeline) continue
    for (const chord of binding.keys) {
      if (chord.key === key && (chord.mod ?? false) === mod && (!shiftCounts || (chord.shift ?? false) === press.shiftKey)) return binding.command
    }
  }
  return undefined
}

const FACES: Record<string, string> = {
  ' ': 'space',
  Escape: 'esc',
  Enter: 'enter',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Tab: 'tab',
  '-': '−',
}

/** A chord as people write it. A capital alone would not do: O is read as the key 0. */
export function printChord(chord: Chord, mac = false): string {
  const face = FACES[chord.key] ?? chord.key
  const shift = chord.shift ? 'shift ' : ''
  return `${chord.mod ? (mac ? '⌘' : 'ctrl ') : ''}${shift}${chord.mod ? face.toUpperCase() : face}`
}

/** The first key of a command, as people write it. */
export function printKey(command: Command): string {
  const chord = KEYS.find((binding) => binding.command === command)?.keys[0]
  if (!chord) throw new Error(`no key does ${command}`)
  return printChord(chord)
}

export interface Hint {
  says: string
  faces: string[]
}

/** The hint bar: bindings that share a hint stand together ("j k turn"). */
export function hints(): Hint[] {
  const byHint = new Map<string, string[]>()
  for (const { hint, keys } of KEYS) {
    if (hint === undefined || keys[0] === undefined) continue
    const faces = byHint.get(hint) ?? []
    faces.push(printChord(keys[0]))
    byHint.set(hint, faces)
  }
  return [...byHint].map(([says, faces]) => ({ says, faces }))
}
