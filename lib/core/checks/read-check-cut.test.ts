import { describe, expect, test } from 'vitest'
import type { Check } from '../event'
import { checkCommands, sameCheck } from './commands'
import { readCheck, readTests } from './read-check'

// What is left of an output: cut at either end, in the middle, through `tail` or `grep`, coloured, as JSON.

type Case = [what: string, command: string, output: string, failed: boolean | undefined, expected: Partial<Check>]

const E = '\u001b'
const TAP_HEAD = 'TAP version 14\n'

const CASES: Case[] = [
  // pytest
  [
    'pytest, the summary in colours',
    'pytest',
    `${E}[31m========== ${E}[31m${E}[1m1 failed${E}[0m, ${E}[32m2 passed${E}[0m${E}[31m in 0.12s${E}[0m${E}[31m ==========${E}[0m\n`,
    true,
    { ok: false, passed: 2, failed: 1 },
  ],
  [
    'pytest, colours without their escape',
    'pytest',
    '[31m===== [31m[1m1 failed[0m, [32m2 passed[0m[31m in 0.12s[0m =====\n',
    true,
    { ok: false, passed: 2, failed: 1 },
  ],
  ['pytest | head', 'pytest -v | head -20', 'tests/test_a.py::test_x PASSED [ 10%]\ntests/test_a.py::test_y FAILED [ 20%]\n', false, { ok: false, failed: 1 }],
  ['pytest | head, nothing failed yet', 'pytest -v | head -20', 'tests/test_a.py::test_x PASSED [ 10%]\n', false, { ok: undefined }],
  [
    'pytest | grep',
    'pytest 2>&1 | grep -E "passed|failed"',
    '========= 12 passed, 3 warnings in 61.05s (0:01:01) =========\n',
    false,
    { ok: true, passed: 12, failed: 0 },
  ],
  ['pytest | grep FAILED', 'pytest | grep FAILED', 'FAILED tests/test_a.py::test_y - assert 1 == 2\n', false, { ok: false, failed: 1 }],
  ['pytest 9 with subtests', 'pytest', '3 passed, 2 subtests passed in 0.10s\n', false, { ok: true, passed: 3, failed: 0 }],
  [
    'pytest, cut in the middle',
    'pytest -v',
    'tests/test_a.py::test_x PASSED [ 10%]\n\n... [20114 characters truncated] ...\n\n=== 1 failed, 40 passed in 3.21s ===\n',
    true,
    { ok: false, passed: 40, failed: 1 },
  ],
  ['pytest, carriage returns', 'pytest -q', '..\r\n2 passed in 0.01s\r\n', false, { ok: true, passed: 2 }],
  // unittest
  ['unittest | tail -1', 'python -m unittest 2>&1 | tail -1', 'FAILED (failures=2, errors=1)\n', false, { ok: false, failed: 3 }],
  [
    'unittest | head',
    'python -m unittest | head',
    'FAIL: test_y (tests.test_a.TestA.test_y)\nTraceback (most recent call last):\n',
    false,
    { ok: false, failed: 1 },
  ],
  ['unittest | tail -1, all well', 'python -m unittest | tail -3', 'Ran 7 tests in 0.2s\n\nOK (skipped=2)\n', false, { ok: true, passed: 5, failed: 0 }],
  // jest
  [
    'jest | grep Tests:',
    'npx jest 2>&1 | grep "Tests:"',
    'Tests:       2 failed, 1 todo, 10 passed, 13 total\n',
    false,
    { tool: 'jest', ok: false, passed: 10, failed: 2 },
  ],
  [
    'jest | grep PASS|FAIL',
    'npx jest | grep -E "^(PASS|FAIL)"',
    'PASS src/a.test.js\nFAIL src/b.test.js (5.2 s)\n',
    false,
    { tool: 'jest', ok: false, failed: 1 },
  ],
  ['jest | head, nothing failed yet', 'npx jest | head -3', 'PASS src/a.test.js\n', false, { tool: 'jest', ok: undefined }],
  [
    'jest, coloured',
    'npm test',
    `${E}[1mTest Suites: ${E}[22m${E}[1m${E}[32m2 passed${E}[39m${E}[22m, 2 total\n${E}[1mTests:       ${E}[22m${E}[1m${E}[32m9 passed${E}[39m${E}[22m, 9 total\n`,
    false,
    { tool: 'jest', ok: true, passed: 9, failed: 0 },
  ],
  [
    'jest --json',
    'npx jest --json',
    '{"numFailedTests":1,"numPassedTests":2,"numFailedTestSuites":1,"success":false,"testResults":[{"name":"/app/a.test.js","assertionResults":[{"fullName":"sum adds","status":"passed"},{"fullName":"sum subtracts","status":"failed"}]}]}\n',
    true,
    { ok: false, passed: 2, failed: 1 },
  ],
  // vitest
  [
    'vitest | grep Tests',
    'npx vitest run | grep "Tests "',
    '      Tests  1 failed | 5 passed (6)\n',
    false,
    { tool: 'vitest', ok: false, passed: 5, failed: 1 },
  ],
  [
    'vitest | head',
    'npx vitest run | head -9',
    ' ✓ lib/a.test.ts (5 tests) 12ms\n FAIL  lib/b.test.ts > sum > subtracts\n',
    false,
    { tool: 'vitest', ok: false, failed: 1 },
  ],
  [
    'vitest, cut in the middle, coloured',
    'npx vitest run',
    ` RUN  v4.1.12 /app\n<output too long, 90 lines left out>\n${E}[2m Test Files ${E}[22m ${E}[1m${E}[32m3 passed${E}[39m${E}[22m${E}[90m (3)${E}[39m\n${E}[2m      Tests ${E}[22m ${E}[1m${E}[32m14 passed${E}[39m${E}[22m${E}[90m (14)${E}[39m\n`,
    false,
    { tool: 'vitest', ok: true, passed: 14, failed: 0 },
  ],
  // node:test
  ['node --test | grep', 'node --test 2>&1 | grep -E "^# (pass|fail)"', '# pass 4\n# fail 0\n', false, { tool: 'node:test', ok: true, passed: 4, failed: 0 }],
  [
    'node --test | tail',
    'node --test | tail -6',
    'ℹ pass 4\nℹ fail 2\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\nℹ duration_ms 184.7\n',
    false,
    { tool: 'node:test', ok: false, passed: 4, failed: 2 },
  ],
  // mocha
  [
    'mocha',
    'npx mocha',
    '\n  sum\n    ✔ adds\n    1) subtracts\n\n\n  1 passing (5ms)\n  1 failing\n\n  1) sum\n       subtracts:\n     AssertionError: 1 == 2\n',
    true,
    { tool: 'mocha', ok: false, passed: 1, failed: 1 },
  ],
  // go
  [
    'go test | grep',
    'go test ./... -v 2>&1 | grep -E "^(---|\\s+---)"',
    '--- PASS: TestBox (0.00s)\n--- FAIL: TestSum (0.00s)\n',
    false,
    { tool: 'go test', ok: false, failed: 1 },
  ],
  ['go test | grep FAIL', 'go test ./... | grep FAIL', 'FAIL\texample.com/shop/sum\t0.003s\nFAIL\n', false, { tool: 'go test', ok: false, failed: 1 }],
  [
    'go test | head, nothing failed yet',
    'go test -v ./... | head',
    '=== RUN   TestBox\n--- PASS: TestBox (0.00s)\n',
    false,
    { tool: 'go test', ok: undefined },
  ],
  [
    'gotestsum',
    'go test ./...',
    '=== FAIL: sum TestSubtracts (0.00s)\n    sum_test.go:12: got 2\n\nDONE 5 tests, 1 skipped, 1 failure in 0.512s\n',
    true,
    { ok: false, passed: 3, failed: 1 },
  ],
  // cargo
  [
    'cargo test | head',
    'cargo test 2>&1 | head -30',
    'running 3 tests\ntest tests::adds ... ok\ntest tests::subtracts ... FAILED\n',
    false,
    { tool: 'cargo test', ok: false, failed: 1 },
  ],
  [
    'cargo test | grep',
    'cargo test | grep "test result"',
    'test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n',
    false,
    { ok: true, passed: 6, failed: 0 },
  ],
  [
    'cargo nextest',
    'cargo nextest run',
    '        PASS [   0.003s] shop tests::adds\n        FAIL [   0.003s] shop tests::subtracts\n     Summary [   0.006s] 2 tests run: 1 passed, 1 failed, 0 skipped\n',
    true,
    { tool: 'cargo nextest', ok: false, passed: 1, failed: 1 },
  ],
  // TAP
  ['TAP, cut at its end', 'npx tape t.js', `${TAP_HEAD}1..5\nok 1 - opens\nok 2 - closes\n`, undefined, { tool: 'tap', ok: undefined, passed: 2 }],
  ['TAP | grep "not ok"', 'npx tape t.js | grep "not ok"', 'not ok 2 - closes\n', false, { tool: 'tap', ok: false, failed: 1 }],
  ['TAP, bailed out', 'npx tape t.js', `${TAP_HEAD}ok 1 - opens\nBail out! no database\n`, true, { tool: 'tap', ok: false }],
  // JUnit
  [
    'JUnit, cut',
    'mvn test; cat target/report.xml | head -c 400',
    '<?xml version="1.0" encoding="UTF-8"?>\n<testsuite name="sum" tests="40" failures="2" errors="1" skipped="3" time="0.4">\n<testcase classname="sum" name="adds"/>\n<testcase classname="sum" na',
    undefined,
    { tool: 'junit', ok: false, passed: 34, failed: 3 },
  ],
  [
    'JUnit | grep',
    'mvn test && grep "<testsuite " target/*.xml',
    '<testsuite name="a" tests="2" failures="0" errors="0" skipped="0">\n<testsuite name="b" tests="3" failures="0" errors="0" skipped="1">\n',
    false,
    { ok: true, passed: 4, failed: 0 },
  ],
  // types
  [
    'tsc --pretty',
    'npx tsc --noEmit --pretty',
    `${E}[96msrc/a.ts${E}[0m:${E}[93m3${E}[0m:${E}[93m7${E}[0m - ${E}[91merror${E}[0m${E}[90m TS2322: ${E}[0mType.\n\n${E}[7m3${E}[0m const a: number = 'a'\n\nFound 1 error in src/a.ts${E}[90m:3${E}[0m\n`,
    true,
    { tool: 'tsc', ok: false, failed: 1 },
  ],
  ['tsc | grep', 'npx tsc --noEmit | grep src/b', 'src/b.ts(1,1): error TS2304: Cannot find name.\n', false, { tool: 'tsc', ok: false, failed: 1 }],
  [
    'mypy | head',
    'mypy . | head -5',
    'shop/a.py:3: error: Incompatible return value type  [return-value]\nshop/a.py:3: note: See docs\n',
    false,
    { tool: 'mypy', ok: false, failed: 1 },
  ],
  ['mypy, coloured', 'mypy .', `${E}[1m${E}[32mSuccess: no issues found in 3 source files${E}(B${E}[m\n`, false, { tool: 'mypy', ok: true, failed: 0 }],
  [
    'mypy --output json',
    'mypy --output json .',
    '{"file": "shop/a.py", "line": 3, "column": 4, "message": "no", "hint": null, "code": "return-value", "severity": "error"}\n',
    true,
    { tool: 'mypy', ok: false, failed: 1 },
  ],
  [
    'pyright | head',
    'pyright | head -3',
    '/shop/a.py\n  /shop/a.py:3:5 - error: "x" is not defined (reportUndefinedVariable)\n',
    false,
    { tool: 'pyright', ok: false, failed: 1 },
  ],
  [
    'pyright --outputjson',
    'pyright --outputjson',
    '{\n    "version": "1.1.400",\n    "summary": {\n        "filesAnalyzed": 3,\n        "errorCount": 2,\n        "warningCount": 0\n    }\n}\n',
    true,
    { tool: 'pyright', ok: false, failed: 2 },
  ],
  ['pyright, all well', 'npx pyright', '0 errors, 0 warnings, 0 informations \n', false, { tool: 'pyright', ok: true, failed: 0 }],
  // lint
  ['eslint, coloured', 'npx eslint .', `${E}[31m${E}[1m✖ 3 problems (1 error, 2 warnings)${E}[22m${E}[39m\n`, true, { tool: 'eslint', ok: false, failed: 1 }],
  [
    'eslint | head',
    'npx eslint . | head -4',
    "\n/shop/a.js\n  3:7  error    'x' is not defined  no-undef\n  9:1  warning  Unexpected console  no-console\n",
    false,
    { tool: 'eslint', ok: false, failed: 1 },
  ],
  [
    'eslint -f unix',
    'npx eslint -f unix .',
    "/shop/a.js:3:7: 'x' is not defined. [Error/no-undef]\n\n1 problem\n",
    true,
    { tool: 'eslint', ok: false, failed: 1 },
  ],
  [
    'eslint -f json',
    'npx eslint -f json .',
    '[{"filePath":"/shop/a.js","messages":[],"errorCount":2,"warningCount":1},{"filePath":"/shop/b.js","messages":[],"errorCount":0,"warningCount":0}]\n',
    true,
    { tool: 'eslint', ok: false, failed: 2 },
  ],
  ['eslint, nothing to say', 'npx eslint .', '', false, { tool: 'eslint', ok: true }],
  ['ruff | tail -1', 'ruff check . | tail -1', 'Found 2 errors.\n', false, { tool: 'ruff', ok: false, failed: 2 }],
  [
    'ruff, one a line, cut',
    'ruff check --output-format concise . | head -2',
    'shop/a.py:1:8: F401 [*] `os` imported but unused\nshop/a.py:4:1: E402 Module level import not at top of file\n',
    false,
    { tool: 'ruff', ok: false, failed: 2 },
  ],
  [
    'ruff json',
    'ruff check --output-format json .',
    '[\n  {\n    "cell": null,\n    "code": "F401",\n    "filename": "/shop/a.py"\n  }\n]\n',
    true,
    { tool: 'ruff', ok: false, failed: 1 },
  ],
  ['ruff json, all well', 'ruff check --output-format=json .', '[]\n', false, { tool: 'ruff', ok: true, failed: 0 }],
  // exit codes
  ['the command prints the code', 'make check 2>&1 > log.txt; echo "exit: $?"', 'exit: 2\n', false, { ok: false }],
  ['of a pipe, the code is not the check’s', 'make check 2>&1 | tail -3; echo "exit: $?"', 'all fine\nexit: 0\n', false, { ok: undefined }],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
  ['but with PIPESTATUS it is', 'make check | tail -3; echo "exit: ${PIPESTATUS[0]}"', 'broken\nexit: 2\n', false, { ok: false }],
  ['and with pipefail', 'set -o pipefail; make check | tail -3', 'all fine\n', false, { ok: true }],
  ['the harness says it', 'npm run build', 'building\nProcess exited with code 1\n', undefined, { kind: 'build', ok: false }],
  ['in brackets', 'npm run build', 'building\n[The command completed with exit code 0.]\n', undefined, { kind: 'build', ok: true }],
  ['in a line of its own', 'npm run build', 'Stdout: building\nExit Code: 2\n', undefined, { kind: 'build', ok: false }],
]

describe('what is left of an output', () => {
  test.each(CASES)('%s', (_what, command, output, failed, expected) => {
    const check = readCheck(command, output, failed)
    expect({ ...check }).toMatchObject(Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== undefined)))
    if ('ok' in expected && expected.ok === undefined) expect(check).not.toHaveProperty('ok')
  })

  test('names of tests, however they are told', () => {
    const names = (command: string, output: string) => readTests(command, output)?.map(({ id, ok }) => `${ok ? '✓' : '✗'} ${id}`)
    expect(names('npx mocha', '  sum\n    ✔ adds (12ms)\n    1) subtracts\n\n  1 passing (5ms)\n  1 failing\n')).toEqual(['✓ sum > adds', '✗ sum > subtracts'])
    expect(names('npx jest --json', String(CASES.find(([what]) => what === 'jest --json')?.[2]))).toEqual([
      '✓ a.test.js › sum adds',
      '✗ a.test.js › sum subtracts',
    ])
  })

  test('an output longer than what is read keeps its summary and its first tests', () => {
    const long = Array.from({ length: 12_000 }, (_, n) => `tests/test_a.py::test_${n} PASSED                                  [ 10%]`).join('\n')
    expect(readCheck('pytest -v', `${long}\n==== 12000 passed in 9.12s ====\n`, false)).toMatchObject({ ok: true, passed: 12_000 })
  })
})

test('an output made to hold a reader up is read like any other', () => {
  // each once took a pattern minutes, or would have
  const hostile = [
    'a::'.repeat(130_000),
    ' '.repeat(400_000),
    '\n'.repeat(400_000),
    '<testcase>'.repeat(40_000),
    '<testsuite tests="1" '.repeat(20_000),
    '\u001b]'.repeat(100_000),
    '='.repeat(400_000),
  ]
  for (const output of hostile) {
    for (const command of ['npm test', 'npm run lint', 'npx tsc', 'pytest; echo $?']) {
      const check = readCheck(command, `${output}\n1 failed, 2 passed in 0.12s\n`, undefined)
      expect(check?.kind).toBe(checkCommands(command)[0]?.kind)
      if (check?.kind === 'test') expect(check).toMatchObject({ ok: false, failed: 1 })
    }
  }
  expect(checkCommands('npm test && '.repeat(5000)).length).toBe(5000)
  expect(sameCheck(`npm test${' | tail'.repeat(20_000)}`)).toBe('npm test')
})

test('the same check is the same whatever shows its output', () => {
  const json = (command: string, description: string) => JSON.stringify({ command, description, timeout: 1000 })
  const one = sameCheck('npm test')
  for (const other of [
    'npm test 2>&1',
    'npm test 2>&1 | tail -20',
    'npm test | grep -E "passed|failed" | head -3',
    '  npm   test --color=always ',
    'npm test; echo "exit: $?"',
    json('npm test', 'Run the tests'),
    json('npm test 2>&1 | tail -5', 'Again'),
  ])
    expect(sameCheck(other), other).toBe(one)
  for (const other of ['npm test -- a', 'cd app && npm test', 'npm run test:unit', json('npm test -- -t sum', '')])
    expect(sameCheck(other), other).not.toBe(one)
  expect(sameCheck('{"path":"a","pattern":"b"}')).toBe(sameCheck('{"pattern":"b","path":"a","description":"looks"}'))
})

test('a pipe hides an exit code unless the shell says otherwise', () => {
  expect(checkCommands('npm test | tail')).toMatchObject([{ exitKnown: false }])
  expect(checkCommands('set -euo pipefail\nnpm test | tail')).toMatchObject([{ exitKnown: true }])
  expect(checkCommands('npm test || true')).toMatchObject([{ exitKnown: false }])
})
