import type { Check } from '../event'
import { checkCommands, type CheckCommand } from './commands'
import { readBiome, readEslint, readMypy, readPyright, readRuff, readTsc } from './problems'
import { plainOutput, type Reader, type Reading, shortLines, type TestResult } from './reading'
import { readCargoTest, readGoTest, readJUnit, readNextest, readRustc } from './tests-compiled'
import { readJest, readJestJson, readMocha, readNodeTest, readTap, readVitest } from './tests-javascript'
import { readPytest, readUnittest } from './tests-python'

/** Who can read what a check of this kind prints. */
const READERS: Record<Check['kind'], readonly Reader[]> = {
  test: [
    readPytest,
    readUnittest,
    readJestJson,
    readVitest,
    readJest,
    readNodeTest,
    readMocha,
    readGoTest,
    readCargoTest,
    readNextest,
    readRustc,
    readTap,
    readJUnit,
  ],
  type: [readMypy, readPyright, readTsc],
  lint: [readEslint, readRuff, readBiome, readRustc],
  build: [readRustc, readTsc],
  other: [],
}

/** Tests say more than builds, builds more than types, types more than lint. */
const RANK: readonly Check['kind'][] = ['test', 'build', 'type', 'lint', 'other']

/** Only the end of a long output holds the verdict, and its beginning the names of tests. */
const READ_CHARS = 400_000

/**
 * The check that a tool call ran, and how it ended: by the tool's own words where they are known, else
 * by the exit code where it is the check's own. `failed`: the call as a whole did; undefined where
 * that is not known. Undefined where the command runs no check that we know.
 */
export function readCheck(command: string, output: string | undefined, failed: boolean | undefined): Check | undefined {
  const read = readRun(command, output, failed)
  if (!read) return undefined
  const { kind, tool, reading } = read
  const ok = okOf(read, read.exit === undefined ? failed : read.exit !== 0)
  return {
    kind,
    tool: (reading?.tool ?? tool).slice(0, 100),
    ...(ok === undefined ? {} : { ok }),
    ...(reading?.passed === undefined ? {} : { passed: reading.passed }),
    ...(reading?.failed === undefined ? {} : { failed: reading.failed }),
  }
}

/** The single tests of a run, where its output names them. */
export function readTests(command: string, output: string): TestResult[] | undefined {
  return readRun(command, output, undefined)?.reading?.tests
}

interface Run extends CheckCommand {
  reading?: Reading
  /** The only check of its command. */
  alone: boolean
  /** The exit code that the output itself tells. */
  exit?: number
}

/** Of several checks of one command the one whose words say that it failed, else the one that says most. */
function readRun(command: string, output: string | undefined, failed: boolean | undefined): Run | undefined {
  const checks = checkCommands(command)
  if (checks.length === 0) return undefined
  const text =
    output === undefined || output === ''
      ? undefined
      : plainOutput(output.length > READ_CHARS ? `${output.slice(0, READ_CHARS / 2)}\n${output.slice(-READ_CHARS / 2)}` : output)
  const alone = checks.length === 1
  const lines = text === undefined ? undefined : shortLines(text)
  const exit = lines === undefined || failed === true ? undefined : exitSaid(command, lines)
  const runs: Run[] = checks.map((check) => ({
    ...check,
    alone,
    reading: text === undefined || lines === undefined ? undefined : readingOf(check, lines, text),
    // a printed code is that of the command before it, masked or not
    ...(exit === undefined ? {} : { exit, exitKnown: true }),
  }))
  runs.sort((a, b) => RANK.indexOf(a.kind) - RANK.indexOf(b.kind))
  const failing = failed === false ? undefined : runs.find(({ reading }) => reading?.ok === false)
  return failing ?? runs.find(({ reading }) => reading !== undefined) ?? runs[0]
}

/**
 * The exit code that the output tells: by the harness in words of its own, or because the command
 * printed it (`npm test; echo "exit: $?"`), but not that of what a pipe ends in.
 */
function exitSaid(command: string, text: string): number | undefined {
  const said =
    /^\[?(?:(?:The )?(?:Process|Command)\b[^\n]{0,60}? (?:exited|finished|failed|completed)\b[^\n]{0,20}? (?:exit )?(?:code|status)[:= ]+|Exit Code: )(\d+)\b/im.exec(
      text,
    )
  if (said) return Number(said[1])
  const echo = /^(.*?)[;\n]\s*echo\s[^;&|\n]*\$(?:\?|\{PIPESTATUS\[0\]\})[^;&|\n]*$/s.exec(command.trim())
  if (!echo || (/\|/.test((echo[1] as string).replace(/'[^']*'|"[^"]*"|\|\|/g, '')) && !command.includes('PIPESTATUS') && !/-o pipefail/.test(command)))
    return undefined
  const last = text.trimEnd().split('\n').at(-1) ?? ''
  const code = /(?:^|\D)(\d{1,3})\D*$/.exec(last)?.[1]
  return code === undefined ? undefined : Number(code)
}

function readingOf({ kind, tool }: CheckCommand, lines: string, text: string): Reading | undefined {
  for (const read of READERS[kind]) {
    const reading = read(lines, tool, text)
    if (reading) return reading
  }
  return undefined
}

function okOf({ reading, exitKnown, alone }: Run, failed: boolean | undefined): boolean | undefined {
  if (reading?.ok === false) return false
  // a run whose tests all passed can still have failed, for its coverage or a warning made an error
  if (reading?.ok === true) return !(failed === true && exitKnown && alone)
  if (failed === undefined) return undefined
  if (failed) return alone ? false : undefined
  return exitKnown ? true : undefined
}
