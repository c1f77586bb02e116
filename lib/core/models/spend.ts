import type { TurnId } from '../ids'
import type { SessionState, Turn } from '../session'
import { canonicalModel } from './name'
import type { PriceBook } from './price'

/** USD: as the source says, else by the model of the turn, or of its agent, on the turn's day. */
export function turnCost(
  turn: Pick<Turn, 'agentId' | 'model' | 'startedAt' | 'endedAt' | 'usage'>,
  state: Pick<SessionState, 'agents'>,
  book: PriceBook | undefined,
): number | undefined {
  if (!book) return turn.usage?.costUsd
  const model = turn.model ?? (turn.agentId === undefined ? undefined : state.agents.get(turn.agentId)?.model)
  return book.costOf(turn.usage, model, turn.endedAt ?? turn.startedAt)
}

/** What ended turns of one model used: sums that a price can be put on. Absent counts are zero. */
export interface ModelSpend {
  /** Canonical name; absent where no model is known. */
  model?: string
  turns: number
  /** Of the turns whose tokens are all known and whose cost the source does not tell. */
  inputTokens?: number
  cachedInputTokens?: number
  cacheWriteTokens?: number
  outputTokens?: number
  /** USD that the source tells itself. */
  toldUsd?: number
  /** Turns that can never be priced: a count is missing. */
  uncounted?: number
}

/** A sum of costs, and whether there is more of which the price is not known. */
export interface Cost {
  usd: number
  partial: boolean
}

/** Counts turns by model as they end, each again when it is known better. */
export class ModelSpending {
  private readonly counted = new Map<TurnId, ModelSpend>()
  private readonly byModel = new Map<string, Required<Omit<ModelSpend, 'model'>> & { model: string | undefined }>()

  /** `model`: the turn's own, or its agent's. */
  count(turn: Turn, model: string | undefined): void {
    if (turn.endedAt === undefined) return
    const now = spendOf(turn, canonicalModel(model))
    const before = this.counted.get(turn.id)
    if (before && same(before, now)) return
    if (before) this.add(before, -1)
    this.counted.set(turn.id, now)
    this.add(now, 1)
  }

  sums(): ModelSpend[] {
    return [...this.byModel.values()].filter(({ turns }) => turns > 0).map(withoutZeros)
  }

  private add(spend: ModelSpend, sign: 1 | -1): void {
    let sum = this.byModel.get(spend.model ?? '')
    if (!sum) {
      sum = { model: spend.model, turns: 0, inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, toldUsd: 0, uncounted: 0 }
      this.byModel.set(spend.model ?? '', sum)
    }
    for (const key of COUNTS) sum[key] += sign * (spend[key] ?? 0)
  }
}

const COUNTS = ['turns', 'inputTokens', 'cachedInputTokens', 'cacheWriteTokens', 'outputTokens', 'toldUsd', 'uncounted'] as const

/** Kept for every turn, so nothing in it that does not count. */
function spendOf({ usage }: Turn, model: string | undefined): ModelSpend {
  const spend: ModelSpend = { turns: 1 }
  if (model !== undefined) spend.model = model
  if (usage?.costUsd !== undefined) spend.toldUsd = usage.costUsd
  else if (usage?.inputTokens === undefined || usage.outputTokens === undefined) spend.uncounted = 1
  else {
    spend.inputTokens = usage.inputTokens
    spend.outputTokens = usage.outputTokens
    if (usage.cachedInputTokens !== undefined) spend.cachedInputTokens = usage.cachedInputTokens
    if (usage.cacheWriteTokens !== undefined) spend.cacheWriteTokens = usage.cacheWriteTokens
  }
  return spend
}

function same(a: ModelSpend, b: ModelSpend): boolean {
  return a.model === b.model && COUNTS.every((key) => (a[key] ?? 0) === (b[key] ?? 0))
}

function withoutZeros(sum: ModelSpend): ModelSpend {
  const spend: ModelSpend = { turns: sum.turns, ...(sum.model === undefined ? {} : { model: sum.model }) }
  // sums of fractions taken back leave crumbs
  for (const key of COUNTS) if (key !== 'turns' && (sum[key] ?? 0) > 1e-9) spend[key] = sum[key]
  return spend
}

/** By prices of the day `at` (epoch ms). Undefined where nothing of it has a known cost. */
export function costOfSpends(spends: readonly ModelSpend[], at: number | undefined, book: PriceBook): Cost | undefined {
  let usd = 0
  let known = false
  let partial = false
  for (const { model, toldUsd, uncounted, turns, ...tokens } of spends) {
    if (toldUsd !== undefined) {
      usd += toldUsd
      known = true
    }
    if (uncounted !== undefined) partial = true
    if (tokens.inputTokens === undefined && tokens.outputTokens === undefined) continue
    const cost = book.costOf({ inputTokens: 0, outputTokens: 0, ...tokens }, model, at)
    if (cost === undefined) partial = true
    else {
      usd += cost
      known = true
    }
  }
  return known ? { usd, partial } : undefined
}
