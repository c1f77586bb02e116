import { type Reader, type Reading, TestList } from './reading'

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
  if (packages.length === 0 && json.length === 0 && !/^\?\s+\t\S+\t\[no test files\]/m.test(output)) return undefined
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
  const failed = tests?.filter(({ ok }) => !ok).length ?? 0
  const reading: Reading = { tool: 'go test', ok: failed === 0 && failedPackages === 0, failed: failed === 0 ? failedPackages : failed, tests }
  // without -v only failures are named
  if (tests?.some(({ ok }) => ok)) reading.passed = tests.length - failed
  return reading
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
  if (results.length === 0) return undefined
  const list = new TestList()
  for (const [, id, verdict] of output.matchAll(/^test (.+?)(?: - should panic)? \.\.\. (ok|FAILED)$/gm)) list.add(id as string, verdict === 'ok')
  const passed = results.reduce((sum, result) => sum + Number(result[2]), 0)
  const failed = results.reduce((sum, result) => sum + Number(result[3]), 0)
  return { tool: 'cargo test', ok: failed === 0 && !broken && results.every(([, verdict]) => verdict === 'ok'), passed, failed, tests: list.tests }
}

/** `cargo build|check|clippy|test` that stopped at the compiler. */
export const readRustc: Reader = (output) => {
  if (!/^error: could not compile /m.test(output)) return undefined
  return { tool: 'cargo', ok: false, failed: [...output.matchAll(/^error(?:\[E\d+\])?: (?!could not compile|aborting due to)/gm)].length || 1 }
}

/** A JUnit report that was printed: `<testsuite tests="3" failures="1" ...><testcase classname="a" name="b">...`. */
export const readJUnit: Reader = (output) => {
  if (!/<testsuites?\b/.test(output) || !/<testcase\b/.test(output)) return undefined
  const list = new TestList()
  let skipped = 0
  for (const [, head, , body] of output.matchAll(/<testcase\b([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(head as string)?.[1]
    if (/<skipped\b/.test(body ?? '')) skipped += 1
    else list.add([attribute('classname'), attribute('name')].filter(Boolean).join(' '), !/<(?:failure|error)\b/.test(body ?? ''))
  }
  const tests = list.tests ?? []
  if (tests.length + skipped === 0) return undefined
  const failed = tests.filter(({ ok }) => !ok).length
  return { tool: 'junit', ok: failed === 0, passed: tests.length - failed, failed, tests: list.tests }
}
