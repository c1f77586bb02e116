import type { JudgedAs, VerdictReason } from '@/lib/core/verdict'

export const VERDICT_WORDS: Record<JudgedAs, string> = { justified: 'Justified', unjustified: 'Unjustified', unsure: 'Can’t tell' }

/** What people came to, of resultOf. */
export const RESULT_WORDS: Record<JudgedAs | 'disagreed', string> = { ...VERDICT_WORDS, disagreed: 'They disagree' }

export const VERDICT_REASON_WORDS: Record<VerdictReason, string> = {
  work_was_wrong: 'The work was wrong',
  against_the_brief: 'It went against the brief',
  user_asked: 'A person had asked for it',
  no_progress: 'There was no progress',
  too_early: 'The work was not finished yet',
  taste_only: 'A matter of taste',
  same_again: 'The same came out again',
  made_worse: 'It became worse',
  not_enough_shown: 'The log shows too little',
  other: 'Something else',
}
