import Link from 'next/link'
import { Fragment } from 'react'
import { useMe } from '@/components/people/me'
import { CopiedBox, LetOthersIn } from '@/components/sessions/page/copied-note'
import { isLoopback } from '@/components/sessions/page/loopback'
import { useMayShare } from '@/components/share/use-may-share'
import { LETTERS } from '@/lib/view/beside'

/** Beside a link to runs that was just copied: who can open it, and what there is for others, who get one run at a time. */
export function CopiedRuns({ sessions }: { sessions: readonly string[] }) {
  const people = useMe()?.accounts === true
  const share = useMayShare()
  const alone = isLoopback(location.hostname)
  if (!people && !alone) return null
  return (
    <CopiedBox title={people ? 'Copied. It opens for people who may read these sessions.' : 'Copied. The link opens on this computer only.'}>
      {!people && (
        <>
          <LetOthersIn />{' '}
        </>
      )}
      {share ? 'A link for anybody else' : 'A file to hand over'} holds one run: make it on the page of{' '}
      {sessions.map((session, i) => (
        // by its letter: one session may stand there twice
        <Fragment key={LETTERS[i]}>
          {i > 0 && (i === sessions.length - 1 ? ' or ' : ', ')}
          <Link href={`/sessions/${encodeURIComponent(session)}`} className="font-medium text-text uppercase underline underline-offset-2">
            {LETTERS[i]}
          </Link>
        </Fragment>
      ))}
      .
    </CopiedBox>
  )
}
