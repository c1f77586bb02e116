'use client'

import { useEffect } from 'react'

/** What a tab says of what runs, where it is one of many. */
export interface TabCounts {
  running: number
  /** Overwrites in what runs. */
  overwritten: number
}

/** `(3 running, 2 overwritten) `, or nothing while nothing runs. */
export function titlePrefix({ running, overwritten }: TabCounts): string {
  if (running === 0) return ''
  return `(${running}${overwritten > 0 ? ` running, ${overwritten} overwritten` : ''}) `
}

/** The mark with a count in its corner: overwrites in vermilion, else how many run. An SVG, as text. */
export function iconOf({ running, overwritten }: TabCounts): string {
  const count = overwritten > 0 ? overwritten : running
  const text = count > 99 ? '99' : String(count)
  const badge =
    running === 0
      ? ''
      : `<circle cx="22" cy="22" r="10" fill="${overwritten > 0 ? '#c2370f' : '#3d49cf'}"/><text x="22" y="${text.length > 1 ? 26 : 27}" font-family="system-ui,sans-serif" font-weight="700" font-size="${text.length > 1 ? 11.5 : 14}" text-anchor="middle" fill="#fff">${text}</text>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="none" stroke-linecap="round"><rect width="32" height="32" rx="7" fill="#0b0c10"/><path d="M6.5 19.5a9.5 9.5 0 0 1 19 0" stroke="#919dff" stroke-width="3.4"/><path d="M11.5 24a4.5 4.5 0 0 1 9 0" stroke="#ff6240" stroke-width="3.4"/>${badge}</svg>`
}

/** Puts the counts before the page's title and on the tab's icon while the page is shown. */
export function useTabSign(title: string, { running, overwritten }: TabCounts): void {
  useEffect(() => {
    document.title = `${titlePrefix({ running, overwritten })}${title} · Backseat`
  }, [title, running, overwritten])
  useTabIcon({ running, overwritten })
  useEffect(
    () => () => {
      document.title = document.title.replace(/^\(\d+[^)]*\) /, '')
    },
    [],
  )
}

/** The counts on the tab's icon, which is the page's own again afterwards. */
export function useTabIcon({ running, overwritten }: TabCounts): void {
  useEffect(() => {
    if (running === 0) return
    const icon = document.createElement('link')
    icon.rel = 'icon'
    icon.type = 'image/svg+xml'
    icon.href = `data:image/svg+xml,${encodeURIComponent(iconOf({ running, overwritten }))}`
    // of several the last counts
    document.head.append(icon)
    return () => icon.remove()
  }, [running, overwritten])
}
