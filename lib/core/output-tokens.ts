import { type SessionState, type Turn, turnOutputTokens } from './session'
import type { Slices } from './slices'
import { Tally } from './tally'

/** Output tokens of a session's turns together, each by `turnOutputTokens`. */
export interface OutputTokens {
  /** Undefined where no turn tells any. */
  tokens: number | undefined
  /** Turns whose number is an estimate. */
  estimated: number
  /** Turns that tell none. */
  untold: number
}

interface Sum {
  tokens: number
  told: number
  estimated: number
  untold: number
}

const FIELDS = ['usage', 'streamedTokens'] as const

const TALLY = new Tally<Turn, (typeof FIELDS)[number], Sum>({
  fields: FIELDS,
  empty: () => ({ tokens: 0, told: 0, estimated: 0, untold: 0 }),
  copy: (sum) => ({ ...sum }),
  add(sum, turn, times) {
    const tokens = turnOutputTokens(turn)
    if (tokens === undefined) {
      sum.untold += times
      return
    }
    sum.tokens += times * tokens
    sum.told += times
    if (turn.usage?.outputTokens !== undefined && turn.usage.estimated) sum.estimated += times
  },
})

/** Asked again and again while a session grows, it costs what has changed; of a moment of a replay, all turns. */
export function outputTokens({ turns }: Pick<SessionState, 'turns'>): OutputTokens {
  const { tokens, told, estimated, untold } = TALLY.of(turns)
  return { tokens: told > 0 ? tokens : undefined, estimated, untold }
}

/** For whoever must not be away for long: `outputTokens` is quick from then on. */
export const sumOutputTokens = ({ turns }: Pick<SessionState, 'turns'>): Slices<void> => TALLY.sumUp(turns)
