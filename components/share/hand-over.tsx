'use client'

import { addressWith } from '@/components/providers/address'
import { SaveDialog } from './save-dialog'
import { ShareDialog } from './share-dialog'

export interface HandOverProps {
  sessionId: string
  /** Of the view where the reader stands. */
  query: string
  running: boolean
  /** The finding that is open, if one is. */
  finding: string | undefined
  onClose: () => void
}

/** A session for people who are not here: by a link, or as a file. */
export function HandOver({ as, ...props }: HandOverProps & { as: 'link' | 'file' }) {
  const { sessionId, query, running, finding, onClose } = props
  if (as === 'file') return <SaveDialog {...props} />
  return <ShareDialog of={{ kind: 'session', sessionId, running, finding }} query={query} address={addressWith(query)} onClose={onClose} />
}
