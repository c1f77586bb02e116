import { GLYPHS, type GlyphTone, toneOf } from '@/lib/timeline/glyphs'
import type { InterventionKind } from '@/lib/core/interventions'

const COLOURS: Record<GlyphTone, string> = {
  destroyed: 'text-destroyed',
  accepted: 'text-accepted',
  agent: 'text-agent',
  text: 'text-text',
  quiet: 'text-quiet',
}

/** The sign of a kind of intervention; its name stands beside it wherever it is shown. */
export function Glyph({ kind, size = 12, quiet = false }: { kind: InterventionKind; size?: number; quiet?: boolean }) {
  const { path, filled } = GLYPHS[kind]
  return (
    <svg
      aria-hidden
      width={size}
      height={size}
      viewBox="0 0 12 12"
      fill={filled ? 'currentColor' : 'none'}
      stroke={filled ? 'none' : 'currentColor'}
      strokeWidth={1.7}
      strokeLinecap="round"
      strokeLinejoin="round"
      className={`shrink-0 ${quiet ? 'text-quiet' : COLOURS[toneOf(kind)]}`}
    >
      <path d={path} />
    </svg>
  )
}
