import { readFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { basename, dirname, join, sep } from 'node:path'
import { z } from 'zod'
import { INTERVENTION_KINDS } from '@/lib/core/interventions'

/** A place in a foreign trace, as a person who labelled it found it again. One of the first four is enough. */
const Place = z.object({
  line: z.number().int().positive().optional(),
  uuid: z.string().optional(),
  tool_use_id: z.string().optional(),
  /** The id of a native event, where the source has no other places. */
  event: z.string().optional(),
  agent: z.string().optional(),
  file_path: z.string().optional(),
})
export type LabelledPlace = z.infer<typeof Place>

const Label = z.object({
  id: z.string(),
  file: z.string(),
  session: z.string().optional(),
  master_turn: Place,
  target_turn: Place,
  label: z.enum([
    'overwrite',
    'not_overwrite',
    ...INTERVENTION_KINDS.filter((kind) => kind !== 'overwrite'),
    ...INTERVENTION_KINDS.filter((kind) => kind !== 'overwrite').map((kind) => `not_${kind}` as const),
  ]),
  /** What the labeller calls the case. */
  kind: z.string().optional(),
  /** What moved the master, in the labeller's words. */
  initiator: z.string().optional(),
  why: z.string().optional(),
})
export type Label = z.infer<typeof Label>

export interface LabelProblem {
  /** 1-based; undefined where it is about the file. */
  line?: number
  message: string
}

/** Reads `labels.jsonl`; lines that are no labels are told, not dropped. Rejects where the file cannot be read. */
export async function readLabels(path: string): Promise<{ labels: Label[]; problems: LabelProblem[] }> {
  const labels: Label[] = []
  const problems: LabelProblem[] = []
  const text = await readFile(path, 'utf8')
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    let raw: unknown
    try {
      raw = JSON.parse(line)
    } catch {
      problems.push({ line: index + 1, message: 'This line is no JSON.' })
      continue
    }
    const parsed = Label.safeParse(raw)
    if (parsed.success) labels.push(parsed.data)
    else
      problems.push({
        line: index + 1,
        message: `This line is no label: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`,
      })
  }
  return { labels, problems }
}

/** The trace that a label names: below `traces`, else beside the labels, with or without its first folders. */
export function findTrace(file: string, labelsPath: string, traces: string | undefined): string | undefined {
  const parts = file.split(/[\\/]/)
  for (const base of traces === undefined ? [dirname(labelsPath)] : [traces, dirname(labelsPath)]) {
    for (let from = 0; from < parts.length; from++) {
      const path = join(base, ...parts.slice(from))
      if (existsSync(path)) return path
    }
  }
  return undefined
}

/** The folder in which a session keeps its sub-agents' files, where there is one. */
export function folderBeside(path: string): string | undefined {
  const folder = path.endsWith('.jsonl') ? join(dirname(path), basename(path, '.jsonl')) : undefined
  return folder !== undefined && existsSync(folder + sep) ? folder : undefined
}
