import type { Write } from '@/lib/core/session'

/** "lead …": what a write did to its artifact. */
export const CHANGES: Record<Write['change'], string> = {
  content: 'wrote it whole',
  append: 'added to its end',
  edit: 'edited',
  patch: 'patched',
  delete: 'deleted',
  move: 'moved it here',
  revert: 'put it back',
  opaque: 'changed it, unseen',
}
