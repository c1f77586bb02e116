/**
 * Figures that a press article printed for four masters (ainews.cool, "Why AI models refuse to
 * delegate", 16 May 2026). Shown only as an overlay, labelled: no sample size was given, so no
 * interval can be, and the "average tokens" is over interrupted tasks only.
 */
export interface ReportedFigures {
  master: string
  /** "Overwrite rate in the first 5 steps". */
  overwriteRate: number
  /** "Average tokens before interruption". */
  meanTokens: number
  /** "Autonomous completion rate". */
  completion: number
}

export const REPORTED_LABEL = 'reported, no sample size given'

export const REPORTED: readonly ReportedFigures[] = [
  { master: 'GPT-4o', overwriteRate: 0.78, meanTokens: 47, completion: 0.12 },
  { master: 'Claude 3.5 Sonnet', overwriteRate: 0.72, meanTokens: 53, completion: 0.15 },
  { master: 'Gemini 1.5 Pro', overwriteRate: 0.65, meanTokens: 61, completion: 0.18 },
  { master: 'Llama 3.1 405B', overwriteRate: 0.81, meanTokens: 39, completion: 0.09 },
]
