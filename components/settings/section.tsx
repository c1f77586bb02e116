import type { ReactNode } from 'react'

export function Section({ title, says, children }: { title: string; says?: ReactNode; children: ReactNode }) {
  return (
    <section className="mt-8 border-t pt-5">
      <h2 className="text-base font-semibold">{title}</h2>
      {says && <p className="mt-0.5 max-w-prose text-sm text-quiet">{says}</p>}
      <div className="mt-3">{children}</div>
    </section>
  )
}
