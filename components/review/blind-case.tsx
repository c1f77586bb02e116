'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useState } from 'react'
import { CompareView } from '@/components/inspector/compare-view'
import { phaseWords } from '@/components/inspector/intervention-words'
import { plainText } from '@/components/inspector/plain-text'
import { type Loaded, useContent } from '@/components/inspector/use-content'
import { ApiError, getJson, postJson, sessionPath } from '@/components/providers/api'
import { useNarrow } from '@/components/providers/use-media'
import { KindBadge } from '@/components/sessions/kind-badge'
import { Pill } from '@/components/ui/badge'
import { Button, buttonClass } from '@/components/ui/button'
import { Skeleton } from '@/components/ui/notes'
import type { Content } from '@/lib/core/content'
import type { JudgedAs, VerdictReason } from '@/lib/core/verdict'
import { ReasonField } from './reason-field'
import type { Case } from './review-page'
import { VERDICT_WORDS } from './words'

type Side = 'original' | 'rewrite'
type Choice = Side | 'unsure'

/** The rewrite is better: it was right to intervene. */
const VERDICT_OF: Record<Choice, JudgedAs> = { rewrite: 'justified', original: 'unjustified', unsure: 'unsure' }

const NOTHING = 'Nothing: the text is empty.'

/** One case. Until it is judged nothing tells which side is the master's. */
export function BlindCase({ one, onJudged, onNext }: { one: Case; onJudged: () => void; onNext: () => void }) {
  const { sessionId, finding } = one
  const { before, after } = finding.explanation
  const original = useContent(sessionId, before)
  const rewrite = useContent(sessionId, after)
  const loadedOf: Record<Side, Loaded> = { original, rewrite }
  const narrow = useNarrow()
  const comparable = before !== undefined && after !== undefined
  const [order] = useState<[Side, Side]>(() => (Math.random() < 0.5 ? ['original', 'rewrite'] : ['rewrite', 'original']))
  const [said, setSaid] = useState<{ choice: Choice; because?: VerdictReason }>()
  const [sending, setSending] = useState(false)
  const [failed, setFailed] = useState<string | undefined>()

  const judge = async (choice: Choice, because?: VerdictReason) => {
    setSending(true)
    setFailed(undefined)
    try {
      await postJson(`${sessionPath(sessionId)}/verdicts`, { interventionId: finding.id, verdict: VERDICT_OF[choice], because })
      setSaid({ choice, because })
      onJudged()
    } catch (error) {
      setFailed(error instanceof ApiError ? error.message : 'It could not be sent.')
    } finally {
      setSending(false)
    }
  }

  return (
    <article aria-label="Case" className="overflow-hidden rounded-md border bg-surface">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b px-4 py-3 text-sm">
        <h2 className="font-semibold break-all">{finding.artifact ?? 'A task'}</h2>
        {one.simulated && <Pill>simulated</Pill>}
        {said && <KindBadge kind={finding.kind} />}
        {said && <span className="text-quiet">{phaseWords(finding)}</span>}
      </div>
      {finding.taskId !== undefined && <Brief sessionId={sessionId} taskId={finding.taskId} />}
      {said && comparable ? (
        <CompareView
          meaning="destroyed"
          path={finding.artifact}
          firstLine={finding.explanation.firstLine}
          thresholds={finding.explanation.thresholds}
          cut={undefined}
          left={{ title: 'The sub-agent’s original', loaded: original, absent: NOTHING }}
          right={{ title: 'The master’s rewrite', loaded: rewrite, absent: NOTHING }}
        />
      ) : comparable && !narrow ? (
        <CompareView
          meaning="blind"
          path={finding.artifact}
          firstLine={finding.explanation.firstLine}
          cut={undefined}
          left={{ title: 'Text A', loaded: loadedOf[order[0]], absent: NOTHING }}
          right={{ title: 'Text B', loaded: loadedOf[order[1]], absent: NOTHING }}
        />
      ) : comparable ? (
        // Interleaved lines would read as before and after.
        <div>
          {order.map((side, index) => (
            <section key={side} aria-label={`Text ${'AB'[index]}`} className="min-w-0 border-b">
              <h3 className="border-b px-4 py-2 text-xs font-medium">Text {'AB'[index]}</h3>
              <PlainSide loaded={loadedOf[side]} />
            </section>
          ))}
        </div>
      ) : (
        <p className="px-4 py-4 text-sm">
          {plainText(finding.explanation.sentence)} <span className="text-quiet">There are no two texts to compare here, so the case cannot be blind.</span>
        </p>
      )}
      <div className="flex flex-wrap items-center gap-2 border-t px-4 py-3 text-sm">
        {said ? (
          <>
            <p className="mr-2">
              You said: <strong className="font-semibold">{VERDICT_WORDS[VERDICT_OF[said.choice]].toLowerCase()}</strong>
              {comparable && said.choice !== 'unsure' && ` (the ${said.choice} is better)`}.
            </p>
            <ReasonField value={said.because} disabled={sending} onChange={(because) => void judge(said.choice, because)} />
            <span className="flex gap-2 sm:ml-auto">
              <Link href={`/sessions/${encodeURIComponent(sessionId)}?intervention=${encodeURIComponent(finding.id)}`} className={buttonClass('plain')}>
                In its session
              </Link>
              <Button look="strong" onClick={onNext}>
                Next case
              </Button>
            </span>
          </>
        ) : comparable ? (
          <>
            <span className="mr-2 text-quiet">Which is better? One may have been cut off.</span>
            {order.map((side, index) => (
              <Button key={side} disabled={sending} onClick={() => void judge(side)}>
                Text {'AB'[index]}
              </Button>
            ))}
            <Button disabled={sending} onClick={() => void judge('unsure')}>
              Can’t tell
            </Button>
          </>
        ) : (
          <>
            <span className="mr-2 text-quiet">Was it right to intervene?</span>
            {(['rewrite', 'original', 'unsure'] as const).map((choice) => (
              <Button key={choice} disabled={sending} onClick={() => void judge(choice)}>
                {VERDICT_WORDS[VERDICT_OF[choice]]}
              </Button>
            ))}
          </>
        )}
        {failed !== undefined && (
          <p role="alert" className="basis-full">
            Nothing was changed. {failed}
          </p>
        )}
      </div>
    </article>
  )
}

/** What the sub-agent had been asked to do: who judges the texts must know it. */
function Brief({ sessionId, taskId }: { sessionId: string; taskId: string }) {
  const { data } = useQuery({
    queryKey: ['brief', sessionId, taskId],
    queryFn: ({ signal }) => getJson<{ title?: string; brief?: Content }>(`${sessionPath(sessionId)}/tasks/${encodeURIComponent(taskId)}/brief`, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const loaded = useContent(sessionId, data?.brief)
  const words = loaded.kind === 'text' ? loaded.text : data?.title
  if (words === undefined) return null
  return (
    <div className="border-b px-4 py-3 text-sm">
      <h3 className="mb-1 text-xs font-medium text-quiet">What was asked for</h3>
      <p
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        className="max-h-32 overflow-y-auto break-words whitespace-pre-wrap [unicode-bidi:isolate]"
      >
        {plainText(words)}
      </p>
    </div>
  )
}

function PlainSide({ loaded }: { loaded: Loaded }) {
  switch (loaded.kind) {
    case 'text':
      return loaded.text === '' ? (
        <p className="px-4 py-3 text-sm text-quiet">{NOTHING}</p>
      ) : (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
          tabIndex={0}
          className="max-h-[28rem] overflow-auto px-4 py-3 font-mono text-xs leading-[1.15rem] break-words whitespace-pre-wrap [unicode-bidi:isolate]"
        >
          {plainText(loaded.text)}
        </pre>
      )
    case 'loading':
      return <Skeleton className="m-4 h-40" />
    case 'absent':
      return <p className="px-4 py-3 text-sm text-quiet">{NOTHING}</p>
    case 'failed':
      return <p className="px-4 py-3 text-sm">The text could not be read. {loaded.why}</p>
    default: {
      const impossible: never = loaded
      throw new Error(`a text that is nothing: ${JSON.stringify(impossible)}`)
    }
  }
}
