/** Small signs drawn by us: fonts differ in which of these they have. 12 px, in the text's colour. */
const PATHS = {
  check: 'M2.5 6.5 5 9l4.5-6',
  checks: 'M1 6.5 3.5 9l4-6M6 8.4l.6.6L11 3',
  cross: 'M3 3l6 6M9 3 3 9',
  stop: 'M6 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM3 9l6-6',
  pause: 'M4.25 2.5v7M7.75 2.5v7',
  dots: 'M2.5 6h.01M6 6h.01M9.5 6h.01',
} as const

export function Sign({ name, size = 12 }: { name: keyof typeof PATHS; size?: number }) {
  return (
    <svg
      aria-hidden
      width={size}
      height={size}
      viewBox="0 0 12 12"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.6}
      strokeLinecap="round"
      strokeLinejoin="round"
      className="shrink-0"
    >
      <path d={PATHS[name]} />
    </svg>
  )
}
