'use client'

import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'

/** Puts `text` on the clipboard and says so for two seconds. */
export function CopyButton({ text, label = 'Copy', className = '' }: { text: string; label?: string; className?: string }) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle')
  useEffect(() => {
    if (state === 'idle') return
    const timer = setTimeout(() => setState('idle'), 2000)
    return () => clearTimeout(timer)
  }, [state])
  return (
    <button
      type="button"
      title={label}
      aria-label={state === 'copied' ? 'Copied' : label}
      onClick={async () => setState((await copyText(text)) ? 'copied' : 'failed')}
      className={`inline-grid size-6 shrink-0 place-items-center rounded align-middle text-quiet hover:bg-surface-2 hover:text-text ${className}`}
    >
      {state === 'copied' ? <Check size={13} className="text-accepted" aria-hidden /> : <Copy size={13} aria-hidden />}
      <span aria-live="polite" className="sr-only">
        {state === 'copied' ? 'Copied' : state === 'failed' ? 'Copying is not allowed here' : ''}
      </span>
    </button>
  )
}

/** False where the browser forbids it (a page that is not on https or localhost). */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

function copyBySelection(text: string): boolean {
  const area = document.createElement('textarea')
  area.value = text
  area.style.position = 'fixed'
  area.style.opacity = '0'
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  return done
}
