import type { Command } from 'commander'
import type { CompareAnswer } from '@/lib/core/metrics/compare-protocol'
import { isEstimate, type Measured } from '@/lib/core/metrics/estimate'
import { keyHeader, serverAddress } from './send-events'

interface Options {
  groupBy: string
  since?: string
  until?: string
  steps: string
  theta: string
  min: string
  simulated: string
  format: string
}

export function register(program: Command): void {
  program
    .command('report')
    .description('print the figures of the compare page, from the running Backseat (BACKSEAT_URL, else the one that was started here)')
    .option('--group-by <keys>', 'one or two of masterModel, subAgentModel, framework, workflow, promptVariant, format, tag', 'masterModel')
    .option('--since <when>', 'a date, or a number of days like 30d')
    .option('--until <when>', 'a date')
    .option('--steps <k>', 'steps within which a cut counts', '5')
    .option('--theta <share>', 'less of the tokens surviving than this is an overwrite', '0.7')
    .option('--min <tasks>', 'leave smaller groups out', '1')
    .option('--simulated <how>', 'include, exclude or only', 'include')
    .option('--format <format>', 'md, csv (one row a task) or json', 'md')
    .action(async (options: Options) => {
      process.exitCode = await report(options)
    })
}

async function report(options: Options): Promise<number> {
  const { format } = options
  if (format !== 'md' && format !== 'csv' && format !== 'json') {
    process.stderr.write(`--format must be md, csv or json, not ${JSON.stringify(format)}.\n`)
    return 1
  }
  const address = await serverAddress()
  const query = new URLSearchParams({ by: options.groupBy, k: options.steps, theta: options.theta, min: options.min, simulated: options.simulated })
  if (options.since) query.set('since', options.since)
  if (options.until) query.set('until', options.until)
  let response: Response
  try {
    response = await fetch(`${address}/api/v1/compare${format === 'csv' ? '.csv' : ''}?${query}`, { headers: keyHeader() })
  } catch {
    process.stderr.write(`No Backseat answers at ${address}. Start it with "npx backseat start", or set BACKSEAT_URL.\n`)
    return 1
  }
  const text = await response.text()
  if (!response.ok) {
    process.stderr.write(`${problemOf(text) ?? `${address} answered ${response.status}.`}\n`)
    return 1
  }
  if (format === 'csv') process.stdout.write(text)
  else {
    const answer = JSON.parse(text) as CompareAnswer
    process.stdout.write(format === 'json' ? `${JSON.stringify(answer, null, 2)}\n` : `${reportMarkdown(answer)}\n`)
  }
  return 0
}

function problemOf(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown }
    return typeof detail === 'string' ? detail : undefined
  } catch {
    return undefined
  }
}

export function reportMarkdown(answer: CompareAnswer): string {
  const { options, groups } = answer
  const simulated = answer.simulatedTasks > 0 ? `, ${answer.simulatedTasks} of them simulated` : ''
  const lines = [
    `# Delegation by ${options.by.join(' and ')}`,
    '',
    `${answer.tasks} tasks${simulated}, in ${answer.sessions} sessions; intervals 95 %, clustered by session; overwrite: below ${options.theta} of the tokens survive; parameters ${answer.parameters}.`,
    '',
    `| Group | Tasks | Sessions | Overwrite rate ≤ ${options.k} steps | In any phase | Autonomous completion | Median tokens before interruption | Discarded tokens |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ]
  for (const group of groups) {
    const { pace } = group
    const median =
      'reason' in pace ? 'not measurable' : pace.median.value === undefined ? `> ${Math.round(pace.watchedUntil)}` : String(Math.round(pace.median.value))
    const cells = [
      group.label.replaceAll('|', '\\|'),
      group.tasks,
      group.sessions,
      cellOf(group.overwriteRate),
      cellOf(group.overwriteRateAny),
      cellOf(group.completion),
      median,
      cellOf(group.destroyedShare),
    ]
    lines.push(`| ${cells.join(' | ')} |`)
  }
  const parts = [
    [`Overwrite rate within ${options.k} steps`, answer.overwrite.sentences],
    ['Tokens before interruption', answer.pace.sentences],
    ['Autonomous completion', answer.completion.sentences],
    ['Did rewriting help?', answer.rewriting.sentences],
    ['What became of the tasks', groups.map(({ label, disposed }) => `${label}: ${disposed}`)],
  ] as const
  for (const [title, sentences] of parts) lines.push('', `## ${title}`, '', ...sentences.map((sentence) => `- ${sentence}`))
  if (answer.leftOut.groups > 0) lines.push('', `${answer.leftOut.groups} groups with ${answer.leftOut.tasks} tasks are not shown.`)
  return lines.join('\n')
}

function cellOf(measured: Measured): string {
  if (!isEstimate(measured)) return 'not measurable'
  const { value, low, high, display, events, n } = measured
  if (display === 'counts' || low === undefined || high === undefined) return events === undefined ? `too few (${n})` : `${events} of ${n}`
  return `${percent(value)} % (${percent(low)} to ${percent(high)})`
}

function percent(share: number): number {
  return Math.round(share * 100)
}
