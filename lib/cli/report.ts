import type { Command } from 'commander'
import type { CompareAnswer, CompareDetailsAnswer } from '@/lib/core/metrics/compare-protocol'
import type { GroupDetails } from '@/lib/core/metrics/details'
import { isEstimate, type Measured } from '@/lib/core/metrics/estimate'
import { askServer, writeBody } from './fetch-from'
import { oneLineAReason } from './groups-of-one-reason'
import { saysCount, saysLeftOut } from './says-left-out'

interface Options {
  groupBy: string
  since?: string
  until?: string
  steps: string
  theta: string
  min: string
  simulated: string
  format: string
  html?: string
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
    .option('--simulated <how>', 'auto (left out where real tasks match, as on the page), include, exclude or only', 'auto')
    .option('--format <format>', 'md, csv (one row a task) or json', 'md')
    .option('--html <file>', 'the page itself as one file that opens from disk, instead')
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
  const query = new URLSearchParams({ by: options.groupBy, k: options.steps, theta: options.theta, min: options.min, simulated: options.simulated })
  if (options.since) query.set('since', options.since)
  if (options.until) query.set('until', options.until)
  if (options.html !== undefined) {
    const response = await askServer(`/api/v1/compare.html?${query}`)
    if (!response) return 1
    await writeBody(response, options.html === '-' ? undefined : options.html)
    return 0
  }
  const texts: string[] = []
  for (const part of format === 'csv' ? ['.csv'] : ['', '/details']) {
    const response = await askServer(`/api/v1/compare${part}?${query}`)
    if (!response) return 1
    texts.push(await response.text())
  }
  const [first = '', second = ''] = texts
  if (format === 'csv') process.stdout.write(first)
  else {
    const answer = JSON.parse(first) as CompareAnswer
    const details = JSON.parse(second) as CompareDetailsAnswer
    process.stdout.write(format === 'json' ? `${JSON.stringify({ ...answer, details }, null, 2)}\n` : `${reportMarkdown(answer, details)}\n`)
  }
  return 0
}

export function reportMarkdown(answer: CompareAnswer, details: CompareDetailsAnswer): string {
  const { options, groups } = answer
  const simulated = answer.simulatedTasks > 0 ? `, ${answer.simulatedTasks} of them simulated` : ''
  const leftOut = answer.simulatedLeftOut > 0 ? `${saysLeftOut(answer.simulatedLeftOut, '--simulated include')} ` : ''
  const lines = [
    `# Delegation by ${options.by.join(' and ')}`,
    '',
    `${leftOut}${saysCount(answer.tasks, 'task')}${simulated}, in ${saysCount(answer.sessions, 'session')}; intervals 95 %, clustered by session; overwrite: below ${options.theta} of the tokens survive; parameters ${answer.parameters}.`,
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
  const of = (what: 'overwriteRate' | 'pace' | 'completion' | 'rewriting') => groups.map((group) => ({ label: group.label, measured: group[what] }))
  const parts = [
    [`Overwrite rate within ${options.k} steps`, oneLineAReason(answer.overwrite.sentences, of('overwriteRate'))],
    ['Tokens before interruption', [...oneLineAReason(answer.pace.sentences, of('pace')), ...(details.incidenceTest ? [details.incidenceTest.says] : [])]],
    [
      'Interventions a task',
      oneLineAReason(
        details.stepIns.step.sentences,
        details.groups.map(({ label, stepIns: { step } }) => ({ label, measured: step })),
      ),
    ],
    ['Autonomous completion', oneLineAReason(answer.completion.sentences, of('completion'))],
    ['Did rewriting help?', oneLineAReason(answer.rewriting.sentences, of('rewriting'))],
    [
      'Does it tell bad work from good?',
      oneLineAReason(
        details.discrimination.sentences,
        details.groups.map(({ label, discrimination }) => ({ label, measured: discrimination })),
      ),
    ],
    ['Does the rate hang on k and the threshold?', details.joint.says],
    ['What became of the tasks', groups.map(({ label, disposed }) => `${label}: ${disposed}`)],
  ] as const
  lines.push('', '## What it cost, and whether stepping in was right', '', ...costTable(details))
  for (const [title, sentences] of parts) if (sentences.length > 0) lines.push('', `## ${title}`, '', ...sentences.map((sentence) => `- ${sentence}`))
  if (answer.leftOut.groups > 0) lines.push('', `${answer.leftOut.groups} groups with ${answer.leftOut.tasks} tasks are not shown.`)
  return lines.join('\n')
}

/** Largest groups only, as on the page. */
function costTable({ groups }: CompareDetailsAnswer): string[] {
  const rows = groups.map(({ label, waste, yield: kept, costPerSuccess, tokensPerSuccess, multiplier, discrimination: found }: GroupDetails) => [
    label.replaceAll('|', '\\|'),
    cellOf('reason' in waste ? waste : waste.share, fine),
    cellOf(kept, fine),
    cellOf(costPerSuccess, (usd) => `$${usd.toFixed(2)}`),
    cellOf(tokensPerSuccess, whole),
    cellOf(multiplier, (times) => `${times.toPrecision(3)}×`),
    cellOf('reason' in found ? found : found.sensitivity, hundredths),
    cellOf('reason' in found ? found : found.bias, hundredths),
  ])
  return [
    '| Group | Wasted tokens | Yield | Cost per success | Tokens per success | Delegation multiplier | d′ | c |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
  ]
}

function cellOf(measured: Measured, print: (value: number) => string = percent): string {
  if (!isEstimate(measured)) return 'not measurable'
  const { value, low, high, display, events, n } = measured
  if (display === 'counts' || low === undefined || high === undefined) return events === undefined ? `too few (${n})` : `${events} of ${n}`
  return `${print(value)} (${print(low)} to ${print(high)})`
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** Small shares: whole per cent would hide them. */
function fine(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}

function hundredths(value: number): string {
  return value.toFixed(2)
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
