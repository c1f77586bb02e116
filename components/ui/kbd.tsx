import type { ReactNode } from 'react'

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd
      aria-hidden
      className="hidden min-w-[1.125rem] rounded border border-current/25 px-1 text-center text-[0.625rem] leading-4 font-normal opacity-70 md:inline-block"
    >
      {children}
    </kbd>
  )
}
