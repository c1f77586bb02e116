import { kindNoun } from '@/components/sessions/kinds'
import { Badge, type Tone } from '@/components/ui/badge'
import { Glyph } from '@/components/ui/glyph'
import type { InterventionKind } from '@/lib/core/interventions'
import { type GlyphTone, toneOf } from '@/lib/timeline/glyphs'

const TONES: Record<GlyphTone, Tone> = { destroyed: 'destroyed', accepted: 'accepted', agent: 'agent', text: 'quiet', quiet: 'quiet' }

/** What kind of intervention it is, by sign and name; struck through when it was set aside. */
export function KindBadge({ kind, aside = false }: { kind: InterventionKind; aside?: boolean }) {
  return (
    <Badge tone={aside ? 'quiet' : TONES[toneOf(kind)]} className={aside ? 'line-through' : ''}>
      <Glyph kind={kind} size={10} quiet={aside} />
      {kindNoun(kind)}
    </Badge>
  )
}
