'use client'

import { useSharedSource } from '@/components/providers/session-source'
import { agentName, mastersOf } from '@/components/sessions/names'
import { formatClock } from '@/components/text/clock'
import { formatCount, plural } from '@/components/text/count'
import { Badge } from '@/components/ui/badge'
import { CopyButton } from '@/components/ui/copy-button'
import { BlameView } from './blame-view'
import { CHANGES } from './change-words'
import type { PanelProps } from './panel'
import { CopyLink, PanelHead } from './panel-head'
import { PickLink } from './pick'
import { Block } from './text-block'
import { TouchedBy } from './touched-by'

const SHOWN = 200

/** Who wrote the artifact, when: the history that ownership of its tokens comes from. */
export function ArtifactPanel({ store, path, revision, onRevision, onPick, onCopyLink, onClose }: PanelProps & { path: string }) {
  const { state } = store
  // Who owns which line is read from the whole text, which a link does not show.
  const shared = useSharedSource() !== undefined
  const writes = [...state.writes.values()].filter((write) => write.path === path || write.from === path).sort((a, b) => a.at - b.at || a.order - b.order)
  const masters = mastersOf(state)
  const writers = new Set(writes.map((write) => write.agentId))
  return (
    <>
      <PanelHead
        badge={<Badge>artifact</Badge>}
        title={<bdi className="font-mono text-sm">{path}</bdi>}
        actions={
          <>
            <CopyLink onClick={onCopyLink} />
            <CopyButton text={path} label="Copy the path" />
          </>
        }
        onClose={onClose}
      />
      <div className="border-t px-5 py-4">
        <TouchedBy store={store} onPick={onPick} matches={(finding) => finding.artifact === path} />
        {!shared && <BlameView store={store} path={path} revision={revision} onRevision={onRevision} onPick={onPick} />}
        <Block title={`${plural(writes.length, 'write')} by ${plural(writers.size, 'agent')}`}>
          <ol className="divide-y rounded-md border">
            {writes.slice(0, SHOWN).map((write) => (
              <li key={write.id} className="flex items-center gap-3 px-3 py-1.5 text-sm">
                <span className="w-16 shrink-0 font-mono text-xs text-quiet">{state.firstAt === undefined ? '' : formatClock(write.at - state.firstAt)}</span>
                <PickLink
                  onPick={onPick}
                  kind="agent"
                  id={write.agentId}
                  className={`font-medium ${masters.has(write.agentId) ? 'text-master' : 'text-agent'}`}
                >
                  {agentName(state, write.agentId)}
                </PickLink>
                <span className="min-w-0 flex-1 truncate text-quiet">
                  {CHANGES[write.change]}
                  {write.from !== undefined && ` from ${write.from}`}
                  {write.partial && ', not finished'}
                </span>
                {write.callId ? (
                  <PickLink onPick={onPick} kind="call" id={write.callId} className="shrink-0 text-xs text-quiet">
                    call
                  </PickLink>
                ) : (
                  write.turnId && (
                    <PickLink onPick={onPick} kind="turn" id={write.turnId} className="shrink-0 text-xs text-quiet">
                      turn
                    </PickLink>
                  )
                )}
              </li>
            ))}
            {writes.length > SHOWN && (
              <li className="px-3 py-1.5 text-xs text-quiet">and {formatCount(writes.length - SHOWN)} more; the timeline shows them all</li>
            )}
          </ol>
        </Block>
      </div>
    </>
  )
}
