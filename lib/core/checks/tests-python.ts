import { countsIn, lastMatch, type Reader, TestList, withoutSummary } from './reading'

/**
 *   tests/test_a.py::test_x PASSED                     [ 50%]      with -v
 *   [gw0] [ 50%] PASSED tests/test_a.py::test_x                    with xdist
 *   FAILED tests/test_a.py::test_y - AssertionError: ...           in the short summary
 *   ==== 1 failed, 2 passed, 1 skipped, 1 error in 0.12s ====      with -q without the signs
 */
export const readPytest: Reader = (output) => {
  const summary = lastMatch(
    output,
    /^=*\s*((?:\d+ (?:subtests )?(?:passed|failed|errors?|skipped|deselected|xfailed|xpassed|warnings?|rerun)(?:, )?)+) in [\d.]+ ?s.*$/gm,
  )
  const none = /^=*\s*no tests ran in [\d.]+ ?s/m.test(output)
  const list = new TestList()
  const ended = summary !== undefined || none
  for (const line of output.split('\n')) {
    const told = /^(?:\[gw\d+\] \[ *\d+%\] )?(PASSED|FAILED|ERROR|XFAIL|XPASS) (\S.*)$/.exec(line)
    if (told) {
      const [, verdict, rest = ''] = told
      // in the list of several workers, and in the short summary, where the reason comes after a dash
      const id = line.startsWith('[') ? rest : (rest.split(' - ')[0] ?? '')
      if (line.startsWith('[') ? id.includes('::') : verdict !== 'PASSED' && (ended || /\.py(?:::|$)/.test(id))) list.add(id, isGood(verdict))
      continue
    }
    const listed = /^(\S.*?) (PASSED|FAILED|ERROR|XFAIL|XPASS)\b/.exec(line)
    if (listed && /^\S*::/.test(listed[1] as string)) list.add(listed[1] as string, isGood(listed[2]))
  }
  if (!ended) return withoutSummary('pytest', list.tests)
  const counts = countsIn((summary?.[1] ?? '').replace(/\d+ subtests \w+/g, ''))
  const failed = (counts.get('failed') ?? 0) + (counts.get('error') ?? counts.get('errors') ?? 0)
  const passed = (counts.get('passed') ?? 0) + (counts.get('xpassed') ?? 0)
  // exit code 5: nothing was collected
  return { tool: 'pytest', ok: none ? false : failed === 0, passed, failed, tests: list.tests }
}

function isGood(verdict: string | undefined): boolean {
  return verdict !== 'FAILED' && verdict !== 'ERROR'
}

/**
 *   test_x (tests.test_a.TestA.test_x) ... ok         with -v
 *   FAIL: test_y (tests.test_a.TestA.test_y)
 *   Ran 3 tests in 0.001s
 *   FAILED (failures=1, errors=1, skipped=1)
 */
export const readUnittest: Reader = (output) => {
  const ran = lastMatch(output, /^Ran (\d+) tests? in [\d.]+s$/gm)
  const verdict = lastMatch(output, /^(OK|FAILED|NO TESTS RAN)(?: \(([^)]*)\))?$/gm)
  const list = new TestList()
  for (const [, id, how] of output.matchAll(/^(\w+ \([\w.]+\))(?:\n.*)?? \.\.\. (ok|FAIL|ERROR)$/gm)) list.add(id as string, how === 'ok')
  for (const [, id] of output.matchAll(/^(?:FAIL|ERROR): (\w+ \([\w.]+\))/gm)) list.add(id as string, false)
  const details = new Map<string, number>()
  for (const [, name, n] of (verdict?.[2] ?? '').matchAll(/([a-z ]+)=(\d+)/g)) details.set((name as string).trim(), Number(n))
  // `| tail -1` and `| grep FAILED` leave the verdict alone
  if (!ran && !(verdict?.[1] === 'FAILED' && details.size > 0)) return withoutSummary('unittest', list.tests)
  if (!verdict) return withoutSummary('unittest', list.tests) ?? { tool: 'unittest' }
  const failed = (details.get('failures') ?? 0) + (details.get('errors') ?? 0) + (details.get('unexpected successes') ?? 0)
  const skipped = details.get('skipped') ?? 0
  const passed = ran ? { passed: Math.max(0, Number(ran[1]) - failed - skipped) } : {}
  return { tool: 'unittest', ok: verdict[1] === 'OK', ...passed, failed, tests: list.tests }
}
