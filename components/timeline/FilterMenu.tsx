import { ListFilter, X } from 'lucide-react'
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react'
import { isKind, kindNoun, rankKinds } from '@/components/sessions/kinds'
import { formatCount, formatShort } from '@/components/text/count'
import { Glyph } from '@/components/ui/glyph'
import type { Rows } from '@/lib/timeline/rows'
import { facetsOf } from '@/lib/timeline/sift'
import { type LaneView, toggled } from '@/lib/view/lanes'
import { HIDEABLE, type Hideable, type View } from '@/lib/view/view'
import { WORK_KINDS, type WorkFilter, type WorkKind } from '@/lib/view/work'
import styles from './menus.module.css'
import { isFiltered, unfiltered } from './filter-state'
import { laneName } from './lane-words'
import { usePopover } from './use-popover'

const KIND_WORDS: Record<WorkKind, string> = {
  turn: 'turns',
  write: 'writes',
  tool: 'tool calls',
  check: 'checks',
  delegation: 'delegations',
  message: 'messages',
}

// Counts of a running session need not be newer.
const COUNT_MS = 1_000

interface Props {
  rows: Rows
  view: View
  onView(patch: Partial<View>): void
}

/** The one place where the timeline is filtered: by kind of work and of intervention, by model, by agent, by words. */
export function FilterMenu({ rows, view, onView }: Props) {
  const { root, open, setOpen } = usePopover<HTMLDivElement>()
  const active = isFiltered(view)
  return (
    <div ref={root} className={styles.filter}>
      <button
        type="button"
        className={styles.sign}
        aria-expanded={open}
        data-active={active}
        aria-label={active ? 'Filter: some of the session is left out' : 'Filter'}
        title="Filter: kinds of work, interventions, agents, models, words"
        onClick={() => setOpen(!open)}
      >
        <ListFilter size={13} aria-hidden />
      </button>
      {active && (
        <button
          type="button"
          className={styles.sign}
          data-active
          aria-label="Show everything"
          title="Show everything"
          onClick={() => onView(unfiltered(view))}
        >
          <X size={12} aria-hidden />
        </button>
      )}
      {open && <Panel rows={rows} view={view} onView={onView} />}
    </div>
  )
}

function Panel({ rows, view, onView }: Props) {
  const { work, lanes, hidden } = view
  const [counted, setCounted] = useState(rows.version)
  useEffect(() => {
    setCounted(rows.version)
    const timer = setInterval(() => setCounted(rows.version), COUNT_MS)
    return () => clearInterval(timer)
  }, [rows])
  // the filter itself changes what is shown of the counts, at once
  // biome-ignore lint/correctness/useExhaustiveDependencies: the rows change in place
  const facets = useMemo(() => facetsOf(rows), [rows, counted, rows.version, work, lanes])
  // biome-ignore lint/correctness/useExhaustiveDependencies: as above
  const findings = useMemo(() => {
    const counts: Record<string, number> = {}
    for (const { kind, aside } of rows.strikes.values()) if (!aside) counts[kind] = (counts[kind] ?? 0) + 1
    return rankKinds(counts).flatMap(({ kind, count }) => (isKind(kind) ? [{ kind, count }] : []))
  }, [rows, counted])
  const onWork = (patch: Partial<WorkFilter>) => onView({ work: { ...work, ...patch } })
  const [words, setWords] = useTyped(work.words, (next) => onWork({ words: next }))
  const onLanes = (patch: LaneView) => onView({ lanes: patch })
  const switchKind = (kind: WorkKind) =>
    onWork({ without: WORK_KINDS.filter((one) => (one === kind ? !work.without.includes(one) : work.without.includes(one))) })
  const switchFinding = (kind: Hideable) => onView({ hidden: HIDEABLE.filter((one) => (one === kind ? !hidden.includes(one) : hidden.includes(one))) })
  const chooseModel = (model: string) => onWork({ models: work.models.includes(model) ? work.models.filter((one) => one !== model) : [...work.models, model] })
  const models = [...facets.models].sort((a, b) => b[1] - a[1])
  const agents = [...facets.agents].filter(([id]) => id !== '').sort((a, b) => b[1] - a[1])
  const nameOf = (id: string) => {
    const lane = rows.lookupLane(id)
    return lane ? laneName(lane) : id
  }
  return (
    <section className={`${styles.menu} ${styles.wide}`} aria-label="Filter">
      <label className={styles.field}>
        <span>Words</span>
        <input
          type="search"
          value={words}
          placeholder="in labels, tools and paths"
          onChange={(event) => setWords(event.target.value)}
          // biome-ignore lint/a11y/noAutofocus: the menu was opened for it
          autoFocus
        />
      </label>
      <Group title="Kinds of work">
        {WORK_KINDS.filter((kind) => facets.kinds.has(kind)).map((kind) => (
          <Chip key={kind} on={!work.without.includes(kind)} count={facets.kinds.get(kind) ?? 0} onClick={() => switchKind(kind)}>
            {KIND_WORDS[kind]}
          </Chip>
        ))}
      </Group>
      {models.length > 1 && (
        <Group title={work.models.length > 0 ? 'Only these models' : 'Models: choose to see only theirs'}>
          {models.map(([model, count]) => (
            <Choice key={model} chosen={work.models.includes(model)} count={count} onClick={() => chooseModel(model)}>
              {model === '' ? 'model not told' : model}
            </Choice>
          ))}
        </Group>
      )}
      <Group title={lanes.only.length > 0 ? 'Only these agents' : 'Agents: choose to see only them'}>
        <input
          type="search"
          className={styles.named}
          value={lanes.filter}
          aria-label="Lanes whose name, model or role has these words"
          placeholder="name, model:…, role:master"
          onChange={(event) => onLanes({ ...lanes, filter: event.target.value })}
        />
        <div className={styles.agents}>
          {agents.slice(0, MOST_AGENTS).map(([id, count]) => (
            <Choice key={id} chosen={lanes.only.includes(id)} count={count} onClick={() => onLanes(toggled(lanes, 'only', id))}>
              {nameOf(id)}
            </Choice>
          ))}
          {agents.length > MOST_AGENTS && <p className={styles.note}>and {formatCount(agents.length - MOST_AGENTS)} more: name them above</p>}
        </div>
      </Group>
      {findings.length > 0 && (
        <Group title="Interventions and what is noted">
          {findings.map(({ kind, count }) => (
            <Chip key={kind} on={!hidden.includes(kind)} count={count} onClick={() => switchFinding(kind)}>
              <Glyph kind={kind} size={10} quiet={hidden.includes(kind)} />
              {kindNoun(kind)}
            </Chip>
          ))}
        </Group>
      )}
      <div className={styles.foot}>
        <p className={styles.note} role="status">
          {facets.shown === facets.all ? `all ${formatCount(facets.all)} bars shown` : `${formatCount(facets.shown)} of ${formatCount(facets.all)} bars shown`}
        </p>
        {isFiltered(view) && (
          <button type="button" className={styles.reset} onClick={() => onView(unfiltered(view))}>
            Show everything
          </button>
        )}
      </div>
    </section>
  )
}

// A breath between letters: in a long session a filter takes longer than the next key.
const TYPED_MS = 180

/** What is typed shows at once and counts a moment later; what changes elsewhere shows here. */
function useTyped(value: string, onTyped: (value: string) => void): [string, (value: string) => void] {
  const [typed, setTyped] = useState(value)
  const newest = useRef(onTyped)
  newest.current = onTyped
  useEffect(() => setTyped(value), [value])
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => newest.current(typed), TYPED_MS)
    return () => clearTimeout(timer)
  }, [typed, value])
  return [typed, setTyped]
}

// A person reads no longer list; the field above finds the others.
const MOST_AGENTS = 60

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className={styles.group}>
      <legend>{title}</legend>
      {children}
    </fieldset>
  )
}

/** A switch: what is off is struck through. */
function Chip({ on, count, onClick, children }: { on: boolean; count: number; onClick(): void; children: ReactNode }) {
  return (
    <button type="button" className={styles.chip} aria-pressed={on} onClick={onClick}>
      {children}
      <span>{formatShort(count)}</span>
    </button>
  )
}

/** One of several: with none chosen, all are shown. */
function Choice({ chosen, count, onClick, children }: { chosen: boolean; count: number; onClick(): void; children: ReactNode }) {
  return (
    <button type="button" className={styles.choice} aria-pressed={chosen} onClick={onClick}>
      <span className={styles.choiceName}>{children}</span>
      <span>{formatShort(count)}</span>
    </button>
  )
}
