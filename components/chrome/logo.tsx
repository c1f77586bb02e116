/** Two arcs: the master's over the one it drives from behind. */
export function Logo({ size = 20 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" strokeLinecap="round" strokeWidth={3} aria-hidden>
      <path d="M2.5 15.5a9.5 9.5 0 0 1 19 0" stroke="var(--master)" />
      <path d="M7.5 19.5a4.5 4.5 0 0 1 9 0" stroke="var(--destroyed)" />
    </svg>
  )
}
