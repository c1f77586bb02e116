import { lastMatch, type Reader, type Reading, TestList, withoutSummary } from './reading'

/**
 *   --- PASS: TestSum (0.00s)                       with -v
 *       --- FAIL: TestSum/negative (0.00s)
 *   ok  	example.com/shop	0.012s
 *   FAIL	example.com/shop	0.012s
 *   FAIL	example.com/shop [build failed]
 *   {"Action":"pass","Package":"example.com/shop","Test":"TestSum"}      with -json
 */
export const readGoTest: Reader = (output) => {
  const packages = [...output.matchAll(/^(ok|FAIL)\s*\t(\S+)(?:\s*\t| )(.*)$/gm)]
  const json = [...output.matchAll(/^\{.*"Action":"(pass|fail)".*\}$/gm)]
  const done = lastMatch(output, /^DONE (\d+) tests?(?:, (\d+) skipped)?(?:, (\d+) failures?)?(?:, (\d+) errors?)? in /gm)
  if (done) return goTestSum(done, output)
  const cut = packages.length === 0 && json.length === 0 && !/^\?\s+\t\S+\t\[no test files\]/m.test(output)
  const list = new TestList()
  let inPackage = ''
  for (const line of output.split('\n').reverse()) {
    // a package's line comes after its tests
    const end = /^(?:ok|FAIL)\s*\t(\S+)/.exec(line)
    if (end) inPackage = end[1] as string
    const test = /^\s*--- (PASS|FAIL): (\S+)/.exec(line)
    if (test) list.add(`${inPackage} ${test[2]}`, test[1] === 'PASS')
  }
  let failedPackages = packages.filter(([, verdict]) => verdict === 'FAIL').length
  for (const [line, action] of json) {
    const name = /"Test":"([^"]+)"/.exec(line)?.[1]
    const of = /"Package":"([^"]+)"/.exec(line)?.[1] ?? ''
    if (name) list.add(`${of} ${name}`, action === 'pass')
    else if (action === 'fail') failedPackages += 1
  }
  const tests = list.tests
  if (cut) return withoutSummary('go test', tests)
  const failed = tests?.filter(({ ok }) => !ok).length ?? 0
  const reading: Reading = { tool: 'go test', ok: failed === 0 && failedPackages === 0, failed: failed === 0 ? failedPackages : failed, tests }
  // without -v only failures are named
  if (tests?.some(({ ok }) => ok)) reading.passed = tests.length - failed
  return reading
}

/** gotestsum: `DONE 5 tests, 1 skipped, 1 failure in 0.5s` after `=== FAIL: sum TestAdds (0.00s)`. */
function goTestSum(done: RegExpMatchArray, output: string): Reading {
  const list = new TestList()
  for (const [, verdict, of, name] of output.matchAll(/^(?:=== )?(FAIL|PASS):? (\S+?)[ .](Test\S+) \(/gm)) list.add(`${of} ${name}`, verdict === 'PASS')
  const failed = Number(done[3] ?? 0) + Number(done[4] ?? 0)
  return { tool: 'gotestsum', ok: failed === 0, passed: Number(done[1]) - Number(done[2] ?? 0) - Number(done[3] ?? 0), failed, tests: list.tests }
}

/**
 *   test tests::adds ... ok
 *   test tests::subtracts ... FAILED
 *   test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s
 *   error: could not compile `shop` (lib test) due to 2 previous errors
 */
export const readCargoTest: Reader = (output) => {
  const results = [...output.matchAll(/^test result: (ok|FAILED)\. (\d+) passed; (\d+) failed;/gm)]
  const broken = /^error: could not compile .* due to (\d+) previous errors?/m.exec(output) ?? /^error: could not compile /m.exec(output)
  const list = new TestList()
  for (const [, id, verdict] of output.matchAll(/^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED)$/gm)) list.add(id as string, verdict === 'ok')
  if (results.length === 0) return broken ? undefined : withoutSummary('cargo test', list.tests)
  const passed = results.reduce((sum, result) => sum + Number(result[2]), 0)
  const failed = results.reduce((sum, result) => sum + Number(result[3]), 0)
  return { tool: 'cargo test', ok: failed === 0 && !broken && results.every(([, verdict]) => verdict === 'ok'), passed, failed, tests: list.tests }
}

/**
 *           PASS [   0.003s] shop tests::adds
 *           FAIL [   0.003s] shop tests::subtracts
 *        Summary [   0.006s] 2 tests run: 1 passed, 1 failed, 0 skipped
 */
export const readNextest: Reader = (output) => {
  const summary = lastMatch(output, /^ +Summary \[ *[\d.]+s\] \d+(?:\/\d+)? tests? run: (\d+) passed(?: \([^)]*\))?(?:, (\d+) failed)?/gm)
  const list = new TestList()
  for (const [, verdict, id] of output.matchAll(/^ +(PASS|FAIL|LEAK|TIMEOUT|SIGABRT|SIGSEGV) \[ *>?[\d.]+s\] (?:\([^)]*\) )?(.+)$/gm))
    list.add(id as string, verdict === 'PASS' || verdict === 'LEAK')
  if (!summary) return withoutSummary('cargo nextest', list.tests)
  const failed = Number(summary[2] ?? 0)
  return { tool: 'cargo nextest', ok: failed === 0, passed: Number(summary[1]), failed, tests: list.tests }
}

/** `cargo build|check|clippy|test` that stopped at the compiler. */
export const readRustc: Reader = (output) => {
  if (!/^error: could not compile /m.test(output)) return undefined
  return { tool: 'cargo', ok: false, failed: [...output.matchAll(/^error(?:\[E\d+\])?: (?!could not compile|aborting due to)/gm)].length || 1 }
}

/**
 * A JUnit report that was printed: `<testsuite tests="3" failures="1" ...><testcase classname="a" name="b">...`.
 * Where it was cut, its head still has the counts.
 */
export const readJUnit: Reader = (_output, _tool, whole) => {
  if (!/<testsuites?\b/.test(whole)) return undefined
  const list = new TestList()
  for (const { head, body } of elements(whole, 'testcase')) {
    if (/<skipped\b/.test(body)) continue
    list.add([attributeOf(head, 'classname'), attributeOf(head, 'name')].filter(Boolean).join(' '), !/<(?:failure|error)\b/.test(body))
  }
  const { tests } = list
  if (tests && /<\/testsuites?>/.test(whole)) {
    const failed = tests.filter(({ ok }) => !ok).length
    return { tool: 'junit', ok: failed === 0, passed: tests.length - failed, failed, tests }
  }
  const counts = headCounts(whole)
  return counts ? { tool: 'junit', ok: counts.failed === 0, ...counts, tests } : withoutSummary('junit', tests)
}

/** The elements of a name, one after the other, that are whole: read forwards, so that a report of any make takes linear time. */
function* elements(xml: string, name: string): Generator<{ head: string; body: string }> {
  const open = `<${name}`
  for (let at = xml.indexOf(open); at >= 0; at = xml.indexOf(open, at + 1)) {
    const end = xml.indexOf('>', at)
    if (end < 0) return
    const head = xml.slice(at, end + 1)
    if (head.endsWith('/>')) {
      yield { head, body: '' }
      at = end
      continue
    }
    const close = xml.indexOf(`</${name}>`, end)
    if (close < 0) return
    yield { head, body: xml.slice(end + 1, close) }
    at = close
  }
}

/** Of the outermost element that has counts; of several suites beside each other, their sum. */
function headCounts(xml: string): { passed: number; failed: number } | undefined {
  const suites: string[] = []
  for (let at = xml.indexOf('<testsuite'); at >= 0; at = xml.indexOf('<testsuite', at + 1)) {
    const end = xml.indexOf('>', at)
    if (end < 0) break
    const head = xml.slice(at, end + 1)
    if (/\btests="\d+"/.test(head)) suites.push(head)
    if (suites[0]?.startsWith('<testsuites')) break
    at = end
  }
  if (suites.length === 0) return undefined
  const sum = (name: string) => suites.reduce((total, head) => total + Number(attributeOf(head, name) ?? 0), 0)
  const failed = sum('failures') + sum('errors')
  return { passed: Math.max(0, sum('tests') - failed - sum('skipped')), failed }
}

function attributeOf(head: string, name: string): string | undefined {
  return new RegExp(`\\b${name}="([^"]*)"`).exec(head)?.[1]
}
