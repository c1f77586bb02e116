import type { NotMeasurable } from './estimate'

export const NO_TURN = 'Not measurable here: the master had no turn while its agents worked'

/** The reason as it holds for several groups at once: without the counts of one of them. */
export function sharedReason({ code, reason }: NotMeasurable): string {
  return code === 'no_opportunity' ? `${NO_TURN}, so it could not have stepped in.` : reason
}
