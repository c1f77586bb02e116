import type { ReactNode } from 'react'

export type Tone = 'quiet' | 'master' | 'agent' | 'destroyed' | 'accepted'

const TONES: Record<Tone, string> = {
  quiet: 'border-border text-quiet',
  master: 'border-transparent tint-master text-master',
  agent: 'border-transparent tint-agent text-agent',
  destroyed: 'border-transparent tint-destroyed text-destroyed',
  accepted: 'border-transparent tint-accepted text-accepted',
}

export function Badge({ tone = 'quiet', title, children, className = '' }: { tone?: Tone; title?: string; children: ReactNode; className?: string }) {
  return (
    <span
      title={title}
      className={`inline-flex h-5 shrink-0 items-center gap-1.5 whitespace-nowrap rounded border px-1.5 text-2xs font-medium ${TONES[tone]} ${className}`}
    >
      {children}
    </span>
  )
}

/** The same as a pill, for the facts in a page's head. */
export function Pill({ tone = 'quiet', title, children, className = '' }: { tone?: Tone; title?: string; children: ReactNode; className?: string }) {
  return (
    <span
      title={title}
      className={`inline-flex h-[1.375rem] shrink-0 items-center gap-1.5 whitespace-nowrap rounded-full border px-2.5 text-xs ${TONES[tone]} ${className}`}
    >
      {children}
    </span>
  )
}
