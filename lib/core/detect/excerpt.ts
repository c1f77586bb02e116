import type { Explanation } from '../interventions'
import { joinLines } from '../provenance/pieces'
import type { Survey } from '../provenance/survey'
import type { KnownArtifact } from './world'

/** Lines up to which both texts are kept whole; of longer ones the changed place with some lines around. */
const WHOLE_UP_TO = 400
const AROUND = 20

export function excerptOf(artifact: KnownArtifact, survey: Survey): Pick<Explanation, 'before' | 'after' | 'firstLine' | 'whole'> {
  if (!survey.contiguous) return { before: joinLines(survey.before), after: joinLines(survey.after) }
  const count = artifact.text.lineCount()
  const end = survey.firstLine + survey.after.length
  const whole = count + survey.before.length <= WHOLE_UP_TO
  const from = whole ? 0 : Math.max(0, survey.firstLine - AROUND)
  const to = whole ? count : Math.min(count, end + AROUND)
  const head = artifact.text.linesBetween(from, survey.firstLine)
  const tail = artifact.text.linesBetween(end, to)
  return {
    before: joinLines([...head, ...survey.before, ...tail]),
    after: joinLines(artifact.text.linesBetween(from, to)),
    firstLine: artifact.text.rowAt(from) + 1,
    ...(whole && artifact.text.complete ? { whole } : {}),
  }
}
