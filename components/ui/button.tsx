import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { Kbd } from './kbd'

type Look = 'plain' | 'strong' | 'bare'

const LOOKS: Record<Look, string> = {
  plain: 'border bg-surface hover:bg-surface-2',
  strong: 'border border-transparent bg-text text-bg hover:opacity-90',
  bare: 'border border-transparent text-quiet hover:bg-surface-2 hover:text-text',
}

export function buttonClass(look: Look = 'plain', pressed = false): string {
  return `finger inline-flex h-8 shrink-0 items-center justify-center gap-2 whitespace-nowrap rounded-md px-3 text-sm font-medium transition-colors disabled:cursor-default disabled:opacity-50 ${pressed ? 'border border-master bg-surface-2' : LOOKS[look]}`
}

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: Look
  /** The key that does the same. */
  hotkey?: string
  pressed?: boolean
  children: ReactNode
}

export function Button({ look = 'plain', hotkey, pressed, children, className = '', ...rest }: Props) {
  return (
    <button type="button" aria-pressed={pressed} {...rest} className={`${buttonClass(look, pressed)} ${className}`}>
      {children}
      {hotkey && <Kbd>{hotkey}</Kbd>}
    </button>
  )
}
