import type { Explanation } from '../interventions'
import type { OwnedLine } from '../provenance/owned-line'
import { goesOn, joinLines } from '../provenance/pieces'
import type { Survey } from '../provenance/survey'
import type { KnownArtifact } from './world'

/** Lines up to which both texts are kept whole; of longer ones the changed place with some lines around. */
const WHOLE_UP_TO = 400
const AROUND = 20
/** Characters of these lines: pieces of a very long line are long lines. */
const AROUND_CHARS = 3000

export function excerptOf(artifact: KnownArtifact, survey: Survey): Pick<Explanation, 'before' | 'after' | 'firstLine' | 'whole'> {
  if (!survey.contiguous) return { before: shown(survey.before), after: shown(survey.after) }
  const count = artifact.text.lineCount()
  const end = survey.firstLine + survey.after.length
  const whole = count + survey.before.length <= WHOLE_UP_TO
  const lines = artifact.text.ownedLines()
  const from = whole ? 0 : around(lines, survey.firstLine, -1)
  const to = whole ? count : around(lines, end, 1)
  const head = artifact.text.linesBetween(from, survey.firstLine)
  const tail = artifact.text.linesBetween(end, to)
  return {
    before: shown([...head, ...survey.before, ...tail]),
    after: shown(artifact.text.linesBetween(from, to)),
    firstLine: artifact.text.rowAt(from) + 1,
    ...(whole && artifact.text.complete ? { whole } : {}),
  }
}

/** How far the lines around a place reach, before it (`-1`) or from it on (`1`). */
function around(lines: readonly OwnedLine[], place: number, step: 1 | -1): number {
  let at = place
  for (let n = 0, chars = 0; n < AROUND && chars < AROUND_CHARS; n++) {
    const line = lines[step === 1 ? at : at - 1]
    if (!line) break
    chars += line.text.length
    at += step
  }
  return at
}

/** An excerpt may end within a very long line, where a piece says that it goes on. */
function shown(lines: readonly string[]): string {
  const text = joinLines(lines)
  return goesOn(text) ? text.slice(0, -1) : text
}
