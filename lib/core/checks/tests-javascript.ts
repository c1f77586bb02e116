import { countsIn, isRecord, jsonIn, lastMatch, type Reader, type Reading, TestList, withoutSummary } from './reading'

/**
 *   PASS src/a.test.ts                      FAIL src/b.test.ts
 *     sum
 *       ✓ adds (2 ms)                           ✕ subtracts
 *     ● sum › subtracts
 *   Test Suites: 1 failed, 1 passed, 2 total
 *   Tests:       1 failed, 2 passed, 3 total
 */
export const readJest: Reader = (output) => {
  const suites = lastMatch(output, /^Test Suites:\s+(.+)$/gm)
  const tests = lastMatch(output, /^Tests:\s+(.+)$/gm)
  const list = new TestList()
  let file = ''
  const path: { indent: number; name: string }[] = []
  for (const line of output.split('\n')) {
    const head = /^(?:PASS|FAIL)\s+(\S+)/.exec(line)
    if (head) {
      file = head[1] as string
      path.length = 0
      continue
    }
    const test = /^(\s+)(✓|✕|√|×) (.+?)(?: \([\d.]+ m?s\))?$/.exec(line)
    const group = test ? null : /^(\s{2,})([^\s●○✎|>].*)$/.exec(line)
    const indent = (test?.[1] ?? group?.[1] ?? '').length
    if (!test && !group) {
      if (/^\s+●/.test(line) || line.trim() !== '') path.length = 0
      continue
    }
    while (path.length > 0 && (path.at(-1)?.indent ?? 0) >= indent) path.pop()
    if (test) list.add([file, ...path.map(({ name }) => name), test[3]].join(' › '), test[2] === '✓' || test[2] === '√')
    else path.push({ indent, name: (group?.[2] ?? '').trim() })
  }
  for (const failure of output.matchAll(/^ {2}● (.+ › .+)$/gm))
    if (!list.tests?.some(({ id }) => id.endsWith(failure[1] as string))) list.add(failure[1] as string, false)
  if (!suites && !tests) return jestWithoutSummary(output, list)
  const counts = countsIn(tests?.[1] ?? '')
  const failedSuites = countsIn(suites?.[1] ?? '').get('failed') ?? 0
  const failed = counts.get('failed') ?? 0
  return {
    tool: 'jest',
    ok: failed === 0 && failedSuites === 0,
    ...(tests ? { passed: counts.get('passed') ?? 0 } : {}),
    failed: failed === 0 ? failedSuites : failed,
    tests: list.tests,
  }
}

/** `| head`, `| grep -E "PASS|FAIL"`: the files that failed are named. */
function jestWithoutSummary(output: string, list: TestList): Reading | undefined {
  if (!/^(?:PASS|FAIL)\s+\S+\.[cm]?[jt]sx?(?: \([\d.]+ m?s\))?$/m.test(output)) return undefined
  const failedFiles = [...output.matchAll(/^FAIL\s+\S+\.[cm]?[jt]sx?(?: \([\d.]+ m?s\))?$/gm)].length
  return (
    withoutSummary('jest', list.tests?.some(({ ok }) => !ok) || failedFiles === 0 ? list.tests : undefined) ?? {
      tool: 'jest',
      ...(failedFiles > 0 ? { ok: false, failed: failedFiles } : {}),
    }
  )
}

/** `--json` of jest and `--reporter=json` of vitest: one object with the counts and every test. */
export const readJestJson: Reader = (_output, _tool, whole) => {
  const report = jsonIn(whole, '{')
  if (!isRecord(report) || typeof report.numFailedTests !== 'number' || typeof report.numPassedTests !== 'number') return undefined
  const list = new TestList()
  for (const file of Array.isArray(report.testResults) ? report.testResults : []) {
    if (!isRecord(file) || !Array.isArray(file.assertionResults)) continue
    for (const test of file.assertionResults) {
      if (!isRecord(test) || (test.status !== 'passed' && test.status !== 'failed')) continue
      list.add(`${shortPath(file.name)} › ${String(test.fullName ?? test.title ?? '')}`, test.status === 'passed')
    }
  }
  const suites = typeof report.numFailedTestSuites === 'number' ? report.numFailedTestSuites : 0
  const failed = report.numFailedTests
  return {
    tool: 'jest',
    ok: typeof report.success === 'boolean' ? report.success : failed === 0 && suites === 0,
    passed: report.numPassedTests,
    failed: failed === 0 ? suites : failed,
    tests: list.tests,
  }
}

function shortPath(path: unknown): string {
  return typeof path === 'string' ? path.slice(path.lastIndexOf('/') + 1) : ''
}

/**
 *    ✓ lib/a.test.ts (5 tests) 12ms
 *    ✓ lib/a.test.ts > sum > adds 3ms            with --reporter=verbose
 *    × lib/a.test.ts > sum > subtracts 4ms
 *    FAIL  lib/a.test.ts > sum > subtracts
 *    Test Files  1 failed | 2 passed (3)
 *         Tests  1 failed | 5 passed | 1 skipped (7)
 */
export const readVitest: Reader = (output) => {
  const files = lastMatch(output, /^\s*Test Files\s+(.+?)(?: \(\d+\))?\s*$/gm)
  const tests = lastMatch(output, /^\s*Tests\s+(.+?)(?: \(\d+\))?\s*$/gm)
  const noTests = /No test files found/.test(output)
  const list = new TestList()
  for (const [, sign, id] of output.matchAll(/^\s*([✓×❯✗]|FAIL) +(\S+\.[cm]?[jt]sx? > .+?)(?:\s+\d+(?:\.\d+)?m?s)?\s*$/gm)) list.add(id as string, sign === '✓')
  const counts = countsIn(tests?.[1] ?? '')
  const counted = counts.has('passed') || counts.has('failed')
  if (!files && !noTests && !counted) return withoutSummary('vitest', list.tests)
  const failedFiles = countsIn(files?.[1] ?? '').get('failed') ?? 0
  const failed = counts.get('failed') ?? 0
  return {
    tool: 'vitest',
    ok: !noTests && failed === 0 && failedFiles === 0,
    ...(tests || noTests ? { passed: counts.get('passed') ?? 0 } : {}),
    failed: failed === 0 ? failedFiles : failed,
    tests: list.tests,
  }
}

/**
 *   ▶ sum                                   the spec reporter: groups end with a sign, too
 *     ✔ adds (1.2ms)
 *     ✖ subtracts (2ms)
 *   ▶ sum (3ms)
 *   ℹ tests 3      ℹ pass 2      ℹ fail 1
 */
export const readNodeTest: Reader = (output) => {
  const number = (word: string) => lastMatch(output, new RegExp(`^(?:ℹ|#) ${word} (\\d+)$`, 'gm'))?.[1]
  const pass = number('pass')
  const fail = number('fail')
  if (fail === undefined) return undefined
  const list = new TestList()
  const path: { indent: number; name: string }[] = []
  // the failures are told again at the end
  const told = output.split(/^(?:ℹ tests|✖ failing tests)/m)[0] ?? ''
  for (const line of told.split('\n')) {
    const match = /^(\s*)(▶|✔|✖) (.+?)(?: \([\d.]+ms\))?(?: # (TODO|SKIP).*)?$/.exec(line)
    if (!match) continue
    const [, blanks = '', sign, name = '', mark] = match
    while ((path.at(-1)?.indent ?? -1) > blanks.length) path.pop()
    const open = path.at(-1)
    // a group is told when it begins and when it has ended
    if (open?.indent === blanks.length) path.pop()
    if (open?.indent === blanks.length && open.name === name) continue
    if (sign === '▶') path.push({ indent: blanks.length, name })
    else if (mark !== 'SKIP') list.add([...path.map((above) => above.name), name].join(' > '), sign === '✔' || mark === 'TODO')
  }
  const tap = list.tests ?? tapTests(output)
  return {
    tool: 'node:test',
    ok: Number(fail) === 0 && Number(number('cancelled') ?? 0) === 0,
    ...(pass === undefined ? {} : { passed: Number(pass) }),
    failed: Number(fail),
    tests: tap,
  }
}

/**
 *     sum
 *       ✔ adds
 *       1) subtracts
 *     2 passing (5ms)
 *     1 failing
 */
export const readMocha: Reader = (output) => {
  const passing = lastMatch(output, /^ +(\d+) passing(?: \([\d.]+m?s\))?$/gm)
  const failing = lastMatch(output, /^ +(\d+) failing$/gm)
  if (!passing && !failing) return undefined
  const list = new TestList()
  const path: { indent: number; name: string }[] = []
  for (const line of (output.split(/^ +\d+ passing/m)[0] ?? '').split('\n')) {
    const test = /^( +)(?:(✔|✓) (.+?)(?: \(\d+ms\))?|(\d+)\) (.+))$/.exec(line)
    const group = test ? null : /^( +)([^\s-].*)$/.exec(line)
    if (!test && !group) continue
    const indent = (test?.[1] ?? group?.[1] ?? '').length
    while (path.length > 0 && (path.at(-1)?.indent ?? 0) >= indent) path.pop()
    if (test) list.add([...path.map(({ name }) => name), test[3] ?? test[5]].join(' > '), test[2] !== undefined)
    else path.push({ indent, name: (group?.[2] ?? '').trim() })
  }
  const failed = Number(failing?.[1] ?? 0)
  return { tool: 'mocha', ok: failed === 0, ...(passing ? { passed: Number(passing[1]) } : {}), failed, tests: list.tests }
}

/**
 *   TAP version 13
 *   # Subtest: adds
 *   ok 1 - adds
 *   not ok 2 - subtracts # TODO later
 *   1..2
 */
export const readTap: Reader = (output) => {
  const plan = /^1\.\.(\d+)/m.exec(output)
  if (!/^TAP version 1[34]/m.test(output) && !(plan && /^(?:not )?ok \d+/m.test(output)) && !/^not ok \d+ - /m.test(output)) return undefined
  const top = [...output.matchAll(/^(ok|not ok) \d+(.*)$/gm)]
  if (top.length === 0) return undefined
  const tests = tapTests(output) ?? []
  const failed = tests.filter(({ ok }) => !ok).length
  const broken = top.some(([, verdict, rest]) => verdict === 'not ok' && !/# (?:TODO|SKIP)/i.test(rest ?? ''))
  const bad = broken || /^Bail out!/m.test(output)
  // a plan of more tests than are told: they did not run, or the output was cut
  const all = plan !== null && top.length >= Number(plan[1])
  return { tool: 'tap', ...(bad ? { ok: false } : all ? { ok: true } : {}), passed: tests.length - failed, failed, tests }
}

function tapTests(output: string): Reading['tests'] {
  const list = new TestList()
  const parents: string[] = []
  // how many tests lie below the newest subtest of each depth
  const below: number[] = []
  for (const line of output.split('\n')) {
    const subtest = /^(\s*)# Subtest: (.+)$/.exec(line)
    if (subtest) {
      const depth = (subtest[1] as string).length / 4
      parents.length = depth
      parents.push(subtest[2] as string)
      below[depth] = 0
      continue
    }
    const match = /^(\s*)(ok|not ok) \d+(?: -)? (.+?)(?: # (TODO|SKIP|time).*)?$/i.exec(line)
    if (!match) continue
    const depth = (match[1] as string).length / 4
    for (let above = 0; above < depth; above++) below[above] = (below[above] ?? 0) + 1
    // the verdict on a group is no test
    if ((below[depth] ?? 0) > 0 && parents[depth] === match[3]) continue
    if (/^skip/i.test(match[4] ?? '')) continue
    list.add([...parents.slice(0, depth), match[3]].join(' > '), match[2] === 'ok' || /^todo/i.test(match[4] ?? ''))
  }
  return list.tests
}
