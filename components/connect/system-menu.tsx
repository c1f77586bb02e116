'use client'

import { type ReactNode, useState } from 'react'
import { GROUPS, SYSTEMS } from './systems'
import type { Arrives, System } from './systems/system'

const HOW: Record<Arrives, string> = { live: 'live', follows: 'watch', file: 'file' }

/** A list beside the lines; where there is no room for it, a choice above them. */
export function SystemMenu({ chosen }: { chosen: System }) {
  const [sought, setSought] = useState('')
  const found = SYSTEMS.filter((system) => matches(system, sought))
  return (
    <div className="lg:sticky lg:top-6 lg:max-h-[calc(100dvh-3rem)] lg:self-start lg:overflow-y-auto">
      <label className="block lg:hidden">
        <span className="sr-only">What your agents run in</span>
        <select
          value={chosen.key}
          onChange={(event) => location.assign(`#${event.target.value}`)}
          className="h-10 w-full rounded-md border bg-surface px-2.5 text-sm font-medium"
        >
          {GROUPS.map(({ key, title }) => (
            <optgroup key={key} label={title}>
              {SYSTEMS.filter(({ group }) => group === key).map((system) => (
                <option key={system.key} value={system.key}>
                  {system.title}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
      </label>
      <nav aria-label="What your agents run in" className="hidden p-0.5 lg:block">
        <input
          type="search"
          aria-label="Find a system"
          placeholder="Find a system"
          value={sought}
          onChange={(event) => setSought(event.target.value)}
          className="mb-3 h-8 w-full rounded-md border bg-surface px-2.5 text-sm outline-offset-0 placeholder:text-quiet"
        />
        {GROUPS.map(({ key, title }) => {
          const here = found.filter(({ group }) => group === key)
          if (here.length === 0) return null
          return (
            <MenuGroup key={key} title={title}>
              {here.map((system) => (
                <MenuItem key={system.key} system={system} current={system === chosen} />
              ))}
            </MenuGroup>
          )
        })}
        {found.length === 0 && (
          <p className="px-2 text-xs text-quiet">
            Nothing of that name. What sends OpenTelemetry comes in by{' '}
            <a href="#opentelemetry" className="underline underline-offset-2">
              OpenTelemetry
            </a>
            , anything else by{' '}
            <a href="#coding-agent" className="underline underline-offset-2">
              events of your own
            </a>
            .
          </p>
        )}
      </nav>
    </div>
  )
}

function MenuGroup({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mb-4">
      <h2 className="mb-1 px-2 text-2xs font-medium tracking-wide text-quiet uppercase">{title}</h2>
      <ul>{children}</ul>
    </section>
  )
}

function MenuItem({ system, current }: { system: System; current: boolean }) {
  return (
    <li>
      <a
        href={`#${system.key}`}
        aria-current={current ? 'true' : undefined}
        className={`flex items-baseline justify-between gap-2 rounded px-2 py-1 text-sm ${current ? 'bg-surface-2 font-medium text-text' : 'text-quiet hover:text-text'}`}
      >
        <span className="min-w-0 truncate">{system.title}</span>
        {system.arrives !== 'live' && <span className="shrink-0 text-2xs font-normal text-quiet">{HOW[system.arrives]}</span>}
      </a>
    </li>
  )
}

function matches({ title, also = '', key }: System, sought: string): boolean {
  const words = `${title} ${also} ${key}`.toLowerCase()
  return sought
    .toLowerCase()
    .split(/\s+/)
    .every((word) => words.includes(word))
}
