'use client'

import { type KeyboardEvent, type ReactNode, useRef } from 'react'

export interface Tab<K extends string> {
  key: K
  title: string
  count?: ReactNode
}

/** Arrow keys move between tabs; the panel is the caller's, with id `panelId`. */
export function Tabs<K extends string>({
  tabs,
  current,
  onChange,
  label,
  panelId,
}: {
  tabs: Tab<K>[]
  current: K
  onChange: (key: K) => void
  label: string
  panelId: string
}) {
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => tab.key === current)
    const to =
      event.key === 'ArrowRight' ? at + 1 : event.key === 'ArrowLeft' ? at - 1 : event.key === 'Home' ? 0 : event.key === 'End' ? tabs.length - 1 : undefined
    if (to === undefined) return
    event.preventDefault()
    event.stopPropagation()
    const index = (to + tabs.length) % tabs.length
    onChange((tabs[index] as Tab<K>).key)
    ;(list.current?.children[index] as HTMLElement | undefined)?.focus()
  }
  return (
    <div
      ref={list}
      role="tablist"
      aria-label={label}
      onKeyDown={move}
      className="flex min-h-10 shrink-0 items-stretch overflow-x-auto border-b px-3.5 [scrollbar-width:none]"
    >
      {tabs.map((tab) => {
        const selected = tab.key === current
        return (
          <button
            key={tab.key}
            type="button"
            role="tab"
            aria-selected={selected}
            aria-controls={panelId}
            tabIndex={selected ? 0 : -1}
            onClick={() => onChange(tab.key)}
            className={`relative shrink-0 px-1.5 text-[0.78rem] ${selected ? 'font-medium text-text after:absolute after:inset-x-1.5 after:bottom-0 after:h-0.5 after:rounded-full after:bg-text' : 'text-quiet hover:text-text'}`}
          >
            {tab.title} {tab.count !== undefined && <span className="font-mono text-2xs text-quiet">{tab.count}</span>}
          </button>
        )
      })}
    </div>
  )
}
