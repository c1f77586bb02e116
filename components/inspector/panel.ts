import type { SessionStore } from '@/lib/live/session-store'
import type { LaneView } from '@/lib/view/lanes'
import type { OnPick } from './pick'

/** What every panel of the inspector gets. `version` only tells React that the store changed. */
export interface PanelProps {
  store: SessionStore
  version: number
  onPick: OnPick
  /** Of a selected artifact; undefined is the newest. */
  revision: number | undefined
  onRevision: (revision: number | undefined) => void
  /** Which lanes the timeline shows, and how. */
  lanes: LaneView
  onLanes: (lanes: LaneView) => void
  onStep: (step: 'next-intervention' | 'previous-intervention') => void
  onCopyLink: () => void
  onClose: () => void
}
