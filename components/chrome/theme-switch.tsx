'use client'

import { Monitor, Moon, Sun } from 'lucide-react'
import { useEffect, useState } from 'react'
import { chooseTheme, followSystemTheme, readThemeChoice, showTheme, type ThemeChoice } from './theme'

const NEXT: Record<ThemeChoice, ThemeChoice> = { system: 'light', light: 'dark', dark: 'system' }
const SAYS: Record<ThemeChoice, string> = { system: 'Theme follows the system', light: 'Light theme', dark: 'Dark theme' }

export function ThemeSwitch() {
  const [choice, setChoice] = useState<ThemeChoice>('system')
  useEffect(() => {
    const kept = readThemeChoice()
    setChoice(kept)
    showTheme(kept)
    return followSystemTheme()
  }, [])
  const Icon = choice === 'system' ? Monitor : choice === 'light' ? Sun : Moon
  return (
    <button
      type="button"
      className="grid size-8 shrink-0 place-items-center rounded-md text-quiet hover:bg-surface-2 hover:text-text"
      title={`${SAYS[choice]}. Click to change`}
      aria-label={`${SAYS[choice]}. Change theme`}
      onClick={() => {
        chooseTheme(NEXT[choice])
        setChoice(NEXT[choice])
      }}
    >
      <Icon size={15} aria-hidden />
    </button>
  )
}
