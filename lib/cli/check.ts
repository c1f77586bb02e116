import { readFile, writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { parse as parseYaml } from 'yaml'
import { isEstimate } from '@/lib/core/metrics/estimate'
import { sharedReason } from '@/lib/core/metrics/shared-reason'
import type { CheckAnswer, Judgement } from '@/lib/core/policy/judge'
import { judgePolicy, saidOfSimulated } from '@/lib/core/policy/judge'
import { type Policy, readPolicy } from '@/lib/core/policy/policy'
import { printJunit, printMarkdown } from '@/lib/core/policy/print'
import { saysGroups } from './groups-of-one-reason'
import { homeFolder } from './home'
import { readPrices } from './prices'
import { saysCount, saysLeftOut } from './says-left-out'
import { keyHeader, serverAddress } from './send-events'

interface Options {
  files?: string[]
  since?: string
  until?: string
  junit?: string
  markdown?: string
  json?: boolean
}

/** Nothing could be judged: no policy, no traces, no server. 0, 1 and 2 are verdicts. */
const NOT_CHECKED = 3

export function register(program: Command): void {
  program
    .command('check')
    .description('judge a policy: exit code 0 kept, 1 crossed, 2 undecided, 3 could not be checked')
    .argument('<policy>', 'a file of rules, YAML or JSON (docs/ci.md)')
    .option('--files <path...>', 'judge these trace files, folders or globs, with no server; else the running Backseat (BACKSEAT_URL) is asked')
    .option('--since <when>', 'sessions that began since: a date, or a number of days like 30d (with a server)')
    .option('--until <when>', 'a date (with a server)')
    .option('--junit <file>', 'write a JUnit report')
    .option('--markdown <file>', 'write a summary for a pull request')
    .option('--json', 'print the verdicts as JSON')
    .action(async (path: string, options: Options) => {
      process.exitCode = await check(path, options)
    })
}

async function check(path: string, options: Options): Promise<number> {
  try {
    const policy = await policyIn(path)
    const answer = options.files ? await judgeFiles(policy, options.files) : await judgeOnServer(policy, options)
    if (options.junit) await writeFile(options.junit, printJunit(answer))
    if (options.markdown) await writeFile(options.markdown, `${printMarkdown(answer)}\n${countsOf(answer)}\n`)
    process.stdout.write(options.json ? `${JSON.stringify(answer, null, 2)}\n` : `${printed(answer)}\n`)
    return answer.exitCode
  } catch (error) {
    if (!(error instanceof NotChecked)) throw error
    process.stderr.write(`${error.message}\n`)
    return NOT_CHECKED
  }
}

class NotChecked extends Error {}

/** YAML holds JSON. Throws NotChecked. */
async function policyIn(path: string): Promise<Policy> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new NotChecked(`The policy ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  })
  let raw: unknown
  try {
    raw = parseYaml(text)
  } catch (error) {
    throw new NotChecked(`${path} is neither YAML nor JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
  const read = readPolicy(raw)
  if ('problems' in read) throw new NotChecked(`${path} is no policy:\n${read.problems.map((problem) => `  ${problem}`).join('\n')}\ndocs/ci.md shows one.`)
  return read.policy
}

async function judgeFiles(policy: Policy, paths: readonly string[]): Promise<CheckAnswer> {
  const { recordsOfFiles } = await import('./records-of-files')
  const { tasks, sessions, problems } = await recordsOfFiles(paths, await readPrices(homeFolder()))
  if (problems.length > 0) process.stderr.write(`${problems.map((problem) => `Not read: ${problem}`).join('\n')}\n`)
  if (sessions.length === 0) throw new NotChecked('There is no session in these files, so there is nothing to judge.')
  const simulated = tasks.filter((task) => task.simulated).length
  const counted = <T extends { simulated: boolean }>(list: readonly T[]) => (policy.simulated ? list : list.filter((one) => !one.simulated)).length
  return { ...judgePolicy(policy, tasks, sessions), tasks: counted(tasks), sessions: counted(sessions), ...saidOfSimulated(policy, simulated) }
}

async function judgeOnServer(policy: Policy, { since, until }: Options): Promise<CheckAnswer> {
  const address = await serverAddress()
  const query = new URLSearchParams({ ...(since && { since }), ...(until && { until }) })
  const response = await fetch(`${address}/api/v1/check?${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...keyHeader() },
    body: JSON.stringify(policy),
  }).catch(() => {
    throw new NotChecked(`No Backseat answers at ${address}. Start it with "npx backseat start", set BACKSEAT_URL, or judge files with --files.`)
  })
  const text = await response.text()
  if (response.ok) return JSON.parse(text) as CheckAnswer
  throw new NotChecked(problemOf(text) ?? `${address} answered ${response.status}.`)
}

function problemOf(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown }
    return typeof detail === 'string' ? detail : undefined
  } catch {
    return undefined
  }
}

const WORDS = { passed: 'kept', failed: 'CROSSED', undecided: 'undecided' } as const
const OUTCOMES = ['The policy is kept.', 'The policy is crossed.', 'Undecided: the data do not show it either way.'] as const

function printed(answer: CheckAnswer): string {
  const lines = inLines(answer.judgements).map(({ verdict, rule, sentence }) => `${WORDS[verdict].padEnd(10)} ${rule}\n${' '.repeat(11)}${sentence}`)
  return [...lines, '', `${OUTCOMES[answer.exitCode]} ${countsOf(answer)}`].join('\n')
}

/** Groups that one rule cannot be judged in for one and the same reason share a line. */
function inLines(judgements: readonly Judgement[]): Pick<Judgement, 'verdict' | 'rule' | 'sentence'>[] {
  const lines = new Map<string, Judgement[]>()
  for (const [i, judgement] of judgements.entries()) {
    const { rule, measured } = judgement
    const key = isEstimate(measured) ? `${i}` : `${rule}\n${sharedReason(measured)}`
    lines.set(key, [...(lines.get(key) ?? []), judgement])
  }
  return [...lines.values()].flatMap((alike) => {
    const [first] = alike
    if (!first || alike.length === 1 || isEstimate(first.measured)) return alike
    return [{ ...first, sentence: `${saysGroups(alike.map(({ group = '' }) => group))}: ${sharedReason(first.measured)}` }]
  })
}

function countsOf({ tasks, sessions, simulatedTasks, simulatedLeftOut }: CheckAnswer): string {
  const simulated = simulatedTasks > 0 ? ` (${simulatedTasks} of them simulated)` : ''
  const leftOut = simulatedLeftOut > 0 ? ` ${saysLeftOut(simulatedLeftOut, '"simulated: true" in the policy')}` : ''
  return `${saysCount(tasks, 'delegated task')}${simulated} in ${saysCount(sessions, 'session')} ${tasks === 1 ? 'was' : 'were'} looked at.${leftOut}`
}
