import { useAnswer } from '@/components/providers/answers'
import { sessionPath } from '@/components/providers/api'
import type { SessionSummary } from '@/lib/live/protocol'
import { LETTERS } from '@/lib/view/beside'

/** The runs that stand there already, while another is chosen; in the places of those that do not, nothing. */
export function ChosenRuns({ sessions }: { sessions: readonly string[] }) {
  if (sessions.every((session) => session === '')) return null
  return (
    <ul aria-label="Runs that are chosen" className="space-y-1.5">
      {sessions.map((session, i) => session !== '' && <Chosen key={LETTERS[i]} letter={LETTERS[i] ?? ''} session={session} />)}
    </ul>
  )
}

function Chosen({ letter, session }: { letter: string; session: string }) {
  const summary = useAnswer<SessionSummary>(sessionPath(session))
  return (
    <li className="flex items-center gap-3 text-sm">
      <span className="grid size-5 shrink-0 place-items-center rounded bg-text text-xs font-semibold text-bg uppercase">{letter}</span>
      <span className="truncate">{summary?.title || session}</span>
    </li>
  )
}
