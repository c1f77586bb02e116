import type { Detection, Format, Sample } from '../format'
import { SpanFileDecoder, type Taken } from '../spans/file-decoder'
import { isRecord } from '../spans/json'
import { LANGSMITH_PREFIX, RunReader } from './runs'

export { LANGSMITH_PREFIX, RunReader } from './runs'

export const langsmith: Format = {
  name: 'langsmith',
  title: 'LangSmith runs',
  lies: 'run trees or lists of runs, exported as JSON',
  shape: 'runs with "run_type" and "dotted_order"',
  detect,
  decoder,
}

function detect(sample: Sample): Detection {
  const { head } = sample
  if (/^\s*[[{]/.test(head) && /"run_type"\s*:\s*"(?:chain|llm|tool|retriever|prompt|parser|embedding)"/.test(head)) {
    if (/"dotted_order"\s*:|"parent_run_id"\s*:/.test(head)) return { score: 0.95 }
    if (/"start_time"\s*:/.test(head)) return { score: 0.8 }
  }
  return { score: 0, missing: 'no runs with "run_type" and "dotted_order"' }
}

function decoder(): SpanFileDecoder {
  const reader = new RunReader()
  return new SpanFileDecoder({ prefix: LANGSMITH_PREFIX, format: 'langsmith' }, (value, place) => {
    const taken: Taken = { works: [], issues: [], skipped: 0 }
    for (const run of runsOf(value)) {
      const { works, flaw } = reader.read(run)
      taken.works.push(...works)
      if (flaw) taken.issues.push({ ...flaw, place })
    }
    return taken
  })
}

/** A run with its children inside, a list of runs, a page of them, or a batch as posted. */
function runsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => runsOf(one))
  if (!isRecord(value)) return [value]
  if (Array.isArray(value.runs)) return runsOf(value.runs)
  if (Array.isArray(value.post) || Array.isArray(value.patch)) return [...runsOf(value.post ?? []), ...runsOf(value.patch ?? [])]
  const { child_runs: children, ...run } = value
  return [run, ...(Array.isArray(children) ? runsOf(children) : [])]
}
