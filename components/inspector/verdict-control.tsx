'use client'

import { useRef, useState } from 'react'
import { ApiError, postJson, sessionPath } from '@/components/providers/api'
import { useSharedSource } from '@/components/providers/session-source'
import { ReasonField } from '@/components/review/reason-field'
import { VERDICT_REASON_WORDS, VERDICT_WORDS } from '@/components/review/words'
import { useKeys } from '@/components/timeline/use-keys'
import { Button } from '@/components/ui/button'
import type { SessionState } from '@/lib/core/session'
import { type JudgedAs, judgementsOf, resultOf, VERDICTS, type VerdictReason } from '@/lib/core/verdict'
import { printKey } from '@/lib/view/keys'

/**
 * Was it right to intervene? Each person says one word, their newest counts. It is an event of the log:
 * what is shown comes back over the live connection, so nothing is shown that is not kept.
 */
export function VerdictControl({ state, interventionId }: { state: SessionState; interventionId: string }) {
  const shared = useSharedSource() !== undefined
  const [sending, setSending] = useState(false)
  const [failed, setFailed] = useState<string | undefined>()
  /** Our name as the server knows it; unknown until it has answered once. */
  const [me, setMe] = useState<string | undefined>()
  const judgements = judgementsOf(state.verdicts.values()).get(interventionId) ?? []
  const mine = judgements.find(({ reviewer }) => reviewer === me)
  const result = resultOf(judgements)

  const judge = async (verdict: JudgedAs, because?: VerdictReason) => {
    if (shared || sending) return
    setSending(true)
    setFailed(undefined)
    try {
      const { reviewer } = await postJson<{ reviewer: string }>(`${sessionPath(state.id)}/verdicts`, { interventionId, verdict, because })
      setMe(reviewer)
    } catch (error) {
      setFailed(error instanceof ApiError ? error.message : 'It could not be sent.')
    } finally {
      setSending(false)
    }
  }
  const box = useRef<HTMLElement>(null)
  // What a key has done must be seen, also where the buttons lie below the fold.
  const judgeByKey = (verdict: JudgedAs) => {
    box.current?.scrollIntoView({ block: 'nearest' })
    void judge(verdict)
  }
  useKeys({ justified: () => judgeByKey('justified'), unjustified: () => judgeByKey('unjustified'), unsure: () => judgeByKey('unsure') })

  // A link is to look at.
  if (shared && judgements.length === 0) return null
  return (
    <section ref={box} aria-label="Verdict" className="border-t px-5 py-4 text-sm">
      <h3 className="font-semibold">Was it right to intervene?</h3>
      {!shared && (
        <div className="mt-2 flex flex-wrap items-center gap-2">
          {VERDICTS.map((verdict) => (
            <Button key={verdict} hotkey={printKey(verdict)} pressed={mine?.verdict === verdict} disabled={sending} onClick={() => void judge(verdict)}>
              {VERDICT_WORDS[verdict]}
            </Button>
          ))}
          {mine && <ReasonField value={mine.because} disabled={sending} onChange={(because) => void judge(mine.verdict, because)} />}
        </div>
      )}
      {judgements.length > 0 && (
        <ul className="mt-2 space-y-0.5 text-xs text-quiet">
          {judgements.map(({ reviewer, verdict, because, note }) => (
            <li key={reviewer} className="break-words">
              <span className="font-medium text-text">{VERDICT_WORDS[verdict]}</span>
              {!shared && <> · {reviewer}</>}
              {because && <> · {VERDICT_REASON_WORDS[because]}</>}
              {note && <> · “{note}”</>}
            </li>
          ))}
          {result === 'disagreed' && <li>People disagree: it counts for neither side.</li>}
        </ul>
      )}
      {failed !== undefined && (
        <p role="alert" className="mt-2">
          Nothing was changed. {failed}
        </p>
      )}
    </section>
  )
}
