import type { Command } from 'commander'
import type { Event, Source } from '@/lib/core/event'
import type { Intervention, InterventionSide } from '@/lib/core/interventions'
import type { Evaluation, Judged } from './evaluation-report'
import { evaluationReport, summarise } from './evaluation-report'
import { decodeGroup } from './decode-group'
import { findTrace, folderBeside, type Label, type LabelledPlace, type LabelProblem, readLabels } from './labels'
import { findTraceFiles, inGroups } from './trace-files'

export function register(program: Command): void {
  program
    .command('evaluate')
    .description('hold the detector against labelled cases of real traces, without a server')
    .argument('<labels>', 'a .jsonl file, one label a line: see docs/detector.md')
    .option('--traces <folder>', 'where the files lie that the labels name (else beside the labels)')
    .option('--json', 'as JSON')
    .action(async (labels: string, options: { traces?: string; json?: boolean }) => {
      const evaluation = await evaluate(labels, options.traces)
      process.stdout.write(
        options.json ? `${JSON.stringify({ ...evaluation, summary: summarise(evaluation) }, null, 2)}\n` : `${evaluationReport(evaluation)}\n`,
      )
      process.exitCode = evaluation.judged.length === 0 || evaluation.problems.length > 0 ? 1 : 0
    })
}

export async function evaluate(labelsPath: string, traces?: string): Promise<Evaluation> {
  const evaluation: Evaluation = { labels: labelsPath, judged: [], problems: [] }
  let read: { labels: Label[]; problems: LabelProblem[] }
  try {
    read = await readLabels(labelsPath)
  } catch (error) {
    evaluation.problems.push({ message: `The labels cannot be read: ${error instanceof Error ? error.message : String(error)}` })
    return evaluation
  }
  evaluation.problems.push(...read.problems)
  const byFile = new Map<string, Label[]>()
  for (const label of read.labels) byFile.set(label.file, [...(byFile.get(label.file) ?? []), label])
  for (const [file, labels] of byFile) {
    const path = findTrace(file, labelsPath, traces)
    if (path === undefined) {
      for (const { id } of labels)
        evaluation.problems.push({
          message: `${id}: there is no ${file}${traces === undefined ? ' beside the labels; say where with --traces' : ` below ${traces}`}.`,
        })
      continue
    }
    const { events, findings } = await detected(path)
    for (const label of labels) {
      const judged = judge(label, path, events, findings)
      if (judged === undefined)
        evaluation.problems.push({ message: `${label.id}: no event of ${path} is at the master's place (${placeName(label.master_turn)}).` })
      else evaluation.judged.push(judged)
    }
  }
  return evaluation
}

async function detected(path: string): Promise<{ events: Event[]; findings: Intervention[] }> {
  // loads the parsers: no other command needs to wait for them
  const { detectWithParsers } = await import('@/lib/units/detector')
  const folder = folderBeside(path)
  const { files } = await findTraceFiles(folder === undefined ? [path] : [path, folder], { absolute: false })
  const sessions = new Map<string, Map<string, Event>>()
  for (const group of inGroups(files)) {
    for await (const part of decodeGroup(group)) {
      for (const { event } of part.events) {
        const known = sessions.get(event.sessionId) ?? new Map<string, Event>()
        sessions.set(event.sessionId, known)
        if (!known.has(event.id)) known.set(event.id, event)
      }
    }
  }
  const all = [...sessions.values()].map((events) => [...events.values()])
  return { events: all.flat(), findings: all.flatMap((events) => detectWithParsers(events)) }
}

/** Undefined where the trace has nothing at the labelled place. */
function judge(label: Label, trace: string, events: readonly Event[], findings: readonly Intervention[]): Judged | undefined {
  const here = events.filter((event) => isAt(event.source, label.master_turn, event.id))
  if (here.length === 0) return undefined
  const targets = new Set(
    events
      .filter((event) => isAt(event.source, label.target_turn, event.id))
      .flatMap((event) => ('agentId' in event && event.agentId !== undefined ? [event.agentId as string] : [])),
  )
  const onTarget = (side: InterventionSide | undefined, assignee: string) => {
    if (isAt(side?.source, label.target_turn, side?.eventId)) return true
    const agent = side?.agentId ?? assignee
    return targets.size > 0 ? targets.has(agent) : label.target_turn.agent === undefined || agent.endsWith(label.target_turn.agent)
  }
  const found = findings.filter(
    (finding) => isAt(finding.master.source, label.master_turn, finding.master.eventId) && onTarget(finding.target, finding.assigneeId),
  )
  const removed = found.reduce((sum, finding) => sum + finding.destroyedLines, 0)
  const kinds = [...new Set(found.map((finding) => finding.kind))].sort()
  const wanted = label.label
  const agrees =
    wanted === 'overwrite'
      ? removed > 0
      : wanted === 'not_overwrite'
        ? removed === 0
        : found.some((finding) => finding.kind === wanted || `not_${finding.kind}` === wanted) === !wanted.startsWith('not_')
  return {
    id: label.id,
    trace,
    label: wanted,
    labelKind: label.kind,
    initiator: label.initiator,
    why: label.why,
    removed,
    kinds,
    agrees,
    sameKind: kinds.some((kind) => kind === wanted || `not_${kind}` === wanted) === !wanted.startsWith('not_'),
    master: placeName(label.master_turn),
    target: placeName(label.target_turn),
    triggers: [...new Set(found.map((finding) => finding.trigger.kind))],
    findings: found.map((finding) => ({
      kind: finding.kind,
      survival: finding.survival,
      destroyed: finding.destroyed,
      destroyedLines: finding.destroyedLines,
      trigger: finding.trigger.kind,
      sentence: finding.explanation.sentence,
    })),
  }
}

function isAt(source: Source | undefined, place: LabelledPlace, id: string | undefined): boolean {
  if (place.event !== undefined && place.event === id) return true
  if (source === undefined) return false
  if (place.tool_use_id !== undefined && source.toolUseId !== undefined) return source.toolUseId === place.tool_use_id
  if (place.uuid !== undefined && source.uuid !== undefined) return source.uuid === place.uuid
  return place.line !== undefined && source.line === place.line
}

function placeName(place: LabelledPlace): string {
  const names = [
    place.line === undefined ? undefined : `line ${place.line}`,
    place.tool_use_id ?? place.uuid ?? place.event,
    place.agent && `by ${place.agent}`,
  ]
  return names.filter((name) => name !== undefined).join(', ')
}
