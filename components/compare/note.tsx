import type { ReactNode } from 'react'

/** In place of charts that would have nothing to show: why, and what it takes. */
export function Note({ children }: { children: ReactNode }) {
  return <p className="max-w-[52rem] border-b px-4 py-7 text-sm text-pretty text-quiet sm:px-5 lg:col-span-2 lg:max-w-none lg:[&]:pr-[30%]">{children}</p>
}
