import { describe, expect, test } from 'vitest'
import { checkCommands } from './commands'
import { readCheck, readTests } from './read-check'

// Outputs are invented, in the exact shape of the version that each names.

const ids = (command: string, output: string) => readTests(command, output)?.map(({ id, ok }) => `${ok ? '✓' : '✗'} ${id}`)

describe('tests', () => {
  const PYTEST = `============================= test session starts ==============================
platform linux -- Python 3.12.3, pytest-8.3.4, pluggy-1.5.0
collected 4 items

tests/test_sum.py::test_adds PASSED                                      [ 25%]
tests/test_sum.py::test_pairs[1 - 2] PASSED                              [ 50%]
tests/test_sum.py::test_subtracts FAILED                                 [ 75%]
tests/test_sum.py::TestBox::test_open SKIPPED (no key)                   [100%]

=================================== FAILURES ===================================
_______________________________ test_subtracts _________________________________

    def test_subtracts():
>       assert subtract(3, 1) == 1
E       assert 2 == 1

tests/test_sum.py:9: AssertionError
=========================== short test summary info ============================
FAILED tests/test_sum.py::test_subtracts - assert 2 == 1
==================== 1 failed, 2 passed, 1 skipped in 0.04s ====================
`
  test('pytest 8', () => {
    expect(readCheck('python -m pytest -v', PYTEST, true)).toEqual({ kind: 'test', tool: 'pytest', ok: false, passed: 2, failed: 1 })
    expect(ids('pytest -v', PYTEST)).toEqual([
      '✓ tests/test_sum.py::test_adds',
      '✓ tests/test_sum.py::test_pairs[1 - 2]',
      '✗ tests/test_sum.py::test_subtracts',
    ])
    expect(readCheck('uv run pytest -q 2>&1 | tail -5', '....                                                [100%]\n4 passed in 0.12s\n', false)).toEqual({
      kind: 'test',
      tool: 'pytest',
      ok: true,
      passed: 4,
      failed: 0,
    })
    const broken =
      "ERROR tests/test_a.py - ModuleNotFoundError: No module named 'shop'\n!!!!!!!!!!!!!!!!!!!! Interrupted: 1 error during collection !!!!!!!!!!!!!!!!!!!!!\n=============================== 1 error in 0.09s ===============================\n"
    expect(readCheck('pytest', broken, true)).toMatchObject({ ok: false, passed: 0, failed: 1 })
    expect(
      readCheck(
        'pytest -n 2 -v',
        '[gw0] [ 50%] PASSED tests/test_a.py::test_one \n[gw1] [100%] FAILED tests/test_a.py::test_two \n========================= 1 failed, 1 passed in 0.61s ==========================\n',
        true,
      ),
    ).toMatchObject({ passed: 1, failed: 1 })
    expect(readCheck('pytest -k none', '============================ no tests ran in 0.01s =============================\n', true)).toMatchObject({ ok: false })
  })

  test('unittest (Python 3.12)', () => {
    const output = `test_adds (tests.test_sum.TestSum.test_adds) ... ok
test_later (tests.test_sum.TestSum.test_later) ... skipped 'not yet'
test_subtracts (tests.test_sum.TestSum.test_subtracts) ... FAIL

======================================================================
FAIL: test_subtracts (tests.test_sum.TestSum.test_subtracts)
----------------------------------------------------------------------
Traceback (most recent call last):
AssertionError: 2 != 1

----------------------------------------------------------------------
Ran 3 tests in 0.001s

FAILED (failures=1, skipped=1)
`
    expect(readCheck('python3 -m unittest -v', output, true)).toEqual({ kind: 'test', tool: 'unittest', ok: false, passed: 1, failed: 1 })
    expect(ids('python3 -m unittest', output)).toEqual([
      '✓ test_adds (tests.test_sum.TestSum.test_adds)',
      '✗ test_subtracts (tests.test_sum.TestSum.test_subtracts)',
    ])
    expect(
      readCheck('python manage.py test', '..\n----------------------------------------------------------------------\nRan 2 tests in 0.01s\n\nOK\n', false),
    ).toMatchObject({ kind: 'test', ok: true, passed: 2, failed: 0 })
  })

  test('jest 29', () => {
    const output = `PASS src/box.test.js
  box
    ✓ opens (2 ms)
FAIL src/sum.test.js
  sum
    with numbers
      ✓ adds (1 ms)
      ✕ subtracts (3 ms)
    ○ skipped later

  ● sum › with numbers › subtracts

    expect(received).toBe(expected) // Object.is equality

Test Suites: 1 failed, 1 passed, 2 total
Tests:       1 failed, 1 skipped, 2 passed, 4 total
Snapshots:   0 total
Time:        0.62 s
`
    expect(readCheck('npx jest --verbose', output, true)).toEqual({ kind: 'test', tool: 'jest', ok: false, passed: 2, failed: 1 })
    expect(ids('jest', output)).toEqual([
      '✓ src/box.test.js › box › opens',
      '✓ src/sum.test.js › sum › with numbers › adds',
      '✗ src/sum.test.js › sum › with numbers › subtracts',
    ])
    expect(readCheck('npm test', 'Test Suites: 1 failed, 1 total\nTests:       0 total\n', true)).toMatchObject({ ok: false, failed: 1 })
  })

  test('vitest 4, with colours', () => {
    const output =
      ' \u001b[32m✓\u001b[39m src/sum.test.ts\u001b[2m > \u001b[22msum\u001b[2m > \u001b[22madds\u001b[32m 2\u001b[2mms\u001b[22m\u001b[39m\n \u001b[31m×\u001b[39m src/sum.test.ts\u001b[2m > \u001b[22msum\u001b[2m > \u001b[22msubtracts\u001b[32m 7\u001b[2mms\u001b[22m\u001b[39m\n\n FAIL  src/sum.test.ts > sum > subtracts\nAssertionError: expected 1 to be 2\n\n Test Files  1 failed (1)\n      Tests  1 failed | 1 passed (2)\n   Start at  08:00:29\n   Duration  905ms\n'
    expect(readCheck('pnpm vitest run --reporter=verbose', output, true)).toEqual({ kind: 'test', tool: 'vitest', ok: false, passed: 1, failed: 1 })
    expect(ids('vitest', output)).toEqual(['✓ src/sum.test.ts > sum > adds', '✗ src/sum.test.ts > sum > subtracts'])
    expect(readCheck('npx vitest run', ' Test Files  2 passed (2)\n      Tests  8 passed | 1 skipped (9)\n', false)).toMatchObject({
      ok: true,
      passed: 8,
      failed: 0,
    })
    expect(
      readCheck(
        'npx vitest run',
        ' FAIL  src/a.test.ts [ src/a.test.ts ]\nError: Cannot find module\n\n Test Files  1 failed (1)\n      Tests  no tests\n',
        true,
      ),
    ).toMatchObject({ ok: false, failed: 1 })
  })

  test('node:test, both reporters (Node 20)', () => {
    const spec =
      '▶ sum\n  ✔ adds (0.878294ms)\n  ✖ subtracts (1.528239ms)\n    AssertionError [ERR_ASSERTION]: 1 == 2\n\n✖ sum (3.745891ms)\n✔ alone (0.190963ms)\n✔ later (0.147339ms) # TODO\n﹣ never (0.134079ms) # SKIP\nℹ tests 5\nℹ suites 1\nℹ pass 2\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 1\nℹ duration_ms 184.7\n\n✖ failing tests:\n\ntest at a.test.mjs:3:49\n✖ subtracts (1.528239ms)\n'
    expect(readCheck('node --test', spec, true)).toEqual({ kind: 'test', tool: 'node:test', ok: false, passed: 2, failed: 1 })
    expect(ids('node --test', spec)).toEqual(['✓ sum > adds', '✗ sum > subtracts', '✓ alone', '✓ later'])
    const tap =
      'TAP version 13\n# Subtest: sum\n    # Subtest: adds\n    ok 1 - adds\n      ---\n      duration_ms: 0.76\n      ...\n    # Subtest: subtracts\n    not ok 2 - subtracts\n    1..2\nnot ok 1 - sum\n# Subtest: alone\nok 2 - alone\n# Subtest: never\nok 3 - never # SKIP\n1..3\n# tests 4\n# suites 1\n# pass 2\n# fail 1\n# cancelled 0\n'
    expect(readCheck('node --test --test-reporter=tap', tap, true)).toMatchObject({ tool: 'node:test', passed: 2, failed: 1 })
    expect(ids('node --test', tap)).toEqual(['✓ sum > adds', '✗ sum > subtracts', '✓ alone'])
  })

  test('TAP 14 of others', () => {
    const output =
      'TAP version 14\nok 1 - opens the box\nnot ok 2 - closes the box\n  ---\n  message: stuck\n  ...\nnot ok 3 - paints the box # TODO no paint\n1..3\n'
    expect(readCheck('npx tape test/*.js', output, true)).toEqual({ kind: 'test', tool: 'tap', ok: false, passed: 2, failed: 1 })
  })

  test('go test (1.23), plain, verbose and json', () => {
    const verbose =
      '=== RUN   TestSum\n=== RUN   TestSum/negative\n--- FAIL: TestSum (0.00s)\n    --- FAIL: TestSum/negative (0.00s)\n        sum_test.go:12: got 2, want 1\n--- PASS: TestBox (0.00s)\nFAIL\nFAIL\texample.com/shop/sum\t0.003s\n?   \texample.com/shop/cmd\t[no test files]\nok  \texample.com/shop/cart\t(cached)\nFAIL\n'
    expect(readCheck('go test -v ./...', verbose, true)).toEqual({ kind: 'test', tool: 'go test', ok: false, passed: 1, failed: 2 })
    expect(ids('go test', verbose)).toContain('✗ example.com/shop/sum TestSum/negative')
    expect(readCheck('go test ./...', 'ok  \texample.com/shop/sum\t0.003s\n', false)).toEqual({ kind: 'test', tool: 'go test', ok: true, failed: 0 })
    expect(
      readCheck('go test ./...', '# example.com/shop/sum\n./sum.go:4:2: undefined: y\nFAIL\texample.com/shop/sum [build failed]\nFAIL\n', true),
    ).toMatchObject({ ok: false, failed: 1 })
    expect(
      readCheck(
        'go test -json ./...',
        '{"Time":"2026-01-01T00:00:00Z","Action":"pass","Package":"example.com/shop","Test":"TestSum","Elapsed":0}\n{"Action":"pass","Package":"example.com/shop","Elapsed":0.1}\n',
        false,
      ),
    ).toMatchObject({ ok: true, passed: 1, failed: 0 })
  })

  test('cargo test (1.83)', () => {
    const output =
      '\nrunning 3 tests\ntest tests::adds ... ok\ntest tests::panics - should panic ... ok\ntest tests::subtracts ... FAILED\n\nfailures:\n\n---- tests::subtracts stdout ----\n\nfailures:\n    tests::subtracts\n\ntest result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\nerror: test failed, to rerun pass `--lib`\n'
    expect(readCheck('cargo test', output, true)).toEqual({ kind: 'test', tool: 'cargo test', ok: false, passed: 2, failed: 1 })
    expect(ids('cargo test', output)).toEqual(['✓ tests::adds', '✓ tests::panics', '✗ tests::subtracts'])
    expect(
      readCheck(
        'cargo test',
        'error[E0308]: mismatched types\n --> src/lib.rs:3:5\n\nerror: could not compile `shop` (lib test) due to 1 previous error\n',
        true,
      ),
    ).toEqual({ kind: 'test', tool: 'cargo', ok: false, failed: 1 })
  })

  test('a JUnit report that was printed', () => {
    const output =
      '<?xml version="1.0"?>\n<testsuites><testsuite name="sum" tests="3" failures="1" skipped="1"><testcase classname="sum" name="adds" time="0.01"/><testcase classname="sum" name="subtracts"><failure message="no">2 != 1</failure></testcase><testcase classname="sum" name="later"><skipped/></testcase></testsuite></testsuites>'
    expect(readCheck('mvn test && cat target/report.xml', output, false)).toEqual({ kind: 'test', tool: 'junit', ok: false, passed: 1, failed: 1 })
    expect(ids('mvn test', output)).toEqual(['✓ sum adds', '✗ sum subtracts'])
  })
})

describe('types and lint', () => {
  const cases: [string, string, boolean, object][] = [
    [
      'npx tsc --noEmit',
      "src/a.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.\nsrc/b.ts(1,1): error TS2304: Cannot find name 'x'.\n",
      true,
      { kind: 'type', tool: 'tsc', ok: false, failed: 2 },
    ],
    ['tsc -p . | head -20', 'src/a.ts:3:7 - error TS2322: Type.\n\nFound 1 error in src/a.ts:3\n', false, { kind: 'type', tool: 'tsc', ok: false, failed: 1 }],
    ['node_modules/.bin/tsc --noEmit', '', false, { kind: 'type', tool: 'tsc', ok: true }],
    [
      'mypy .',
      'shop/a.py:3: error: Incompatible return value type (got "str", expected "int")  [return-value]\nFound 1 error in 1 file (checked 3 source files)\n',
      true,
      { kind: 'type', tool: 'mypy', ok: false, failed: 1 },
    ],
    ['mypy . | tail -1', 'Success: no issues found in 3 source files\n', false, { kind: 'type', tool: 'mypy', ok: true, failed: 0 }],
    [
      'pyright',
      '/shop/a.py\n  /shop/a.py:3:5 - error: "x" is not defined (reportUndefinedVariable)\n1 error, 2 warnings, 0 informations \n',
      true,
      { kind: 'type', tool: 'pyright', ok: false, failed: 1 },
    ],
    [
      'npx eslint src',
      "/shop/a.js\n  3:7  error    'x' is assigned a value but never used  no-unused-vars\n  4:1  warning  Unexpected console statement              no-console\n\n✖ 2 problems (1 error, 1 warning)\n",
      true,
      { kind: 'lint', tool: 'eslint', ok: false, failed: 1 },
    ],
    ['npx eslint src', '✖ 1 problem (0 errors, 1 warning)\n', false, { kind: 'lint', tool: 'eslint', ok: true, failed: 0 }],
    [
      'ruff check .',
      'F401 [*] `os` imported but unused\n --> shop/a.py:1:8\n  |\n1 | import os\n\nFound 1 error.\n[*] 1 fixable with the `--fix` option.\n',
      true,
      { kind: 'lint', tool: 'ruff', ok: false, failed: 1 },
    ],
    ['uv run ruff check', 'All checks passed!\n', false, { kind: 'lint', tool: 'ruff', ok: true, failed: 0 }],
    [
      'node_modules/.bin/biome lint .',
      'Checked 85 files in 668ms. No fixes applied.\nFound 2 errors.\n',
      true,
      { kind: 'lint', tool: 'biome', ok: false, failed: 2 },
    ],
    [
      'cargo build',
      'error[E0425]: cannot find value `y`\n --> src/main.rs:2:5\n\nerror: could not compile `shop` (bin "shop") due to 1 previous error\n',
      true,
      { kind: 'build', tool: 'cargo', ok: false, failed: 1 },
    ],
  ]
  test.each(cases)('%s %#', (command, output, failed, expected) => {
    expect(readCheck(command, output, failed)).toEqual(expected)
  })
})

describe('the exit code', () => {
  test('speaks where the tool’s words are not known, and where it is the check’s own', () => {
    expect(readCheck('make test', 'all fine', false)).toEqual({ kind: 'test', tool: 'make', ok: true })
    expect(readCheck('make test | tail', 'all fine', false)).toEqual({ kind: 'test', tool: 'make' })
    expect(readCheck('npm run build', undefined, true)).toEqual({ kind: 'build', tool: 'npm', ok: false })
    expect(readCheck('npm run build', undefined, undefined)).toEqual({ kind: 'build', tool: 'npm' })
  })

  test('of a run whose tests pass and that fails all the same (coverage)', () => {
    expect(readCheck('pytest --cov --cov-fail-under=90', '4 passed in 0.12s\n', true)).toMatchObject({ ok: false, passed: 4, failed: 0 })
  })

  test('of several checks: the one that says it failed', () => {
    const output = 'src/a.ts(3,7): error TS2322: Type.\n'
    expect(readCheck('npx eslint . && npx tsc --noEmit && npx vitest run', output, true)).toMatchObject({ kind: 'type', ok: false, failed: 1 })
    expect(readCheck('npx tsc --noEmit && npx vitest run', ' Test Files  1 passed (1)\n      Tests  3 passed (3)\n', false)).toMatchObject({
      kind: 'test',
      ok: true,
      passed: 3,
    })
  })
})

test('commands: what is a check and what is none', () => {
  const kinds = (command: string) => checkCommands(command).map(({ kind, tool }) => `${kind} ${tool}`)
  expect(kinds('cd app && FOO=1 npm run test -- users')).toEqual(['test npm'])
  expect(kinds('.venv/bin/python -m pytest -x')).toEqual(['test pytest'])
  expect(kinds('timeout 60 cargo nextest run')).toEqual(['test cargo'])
  expect(kinds('npm install && git status')).toEqual([])
  expect(kinds('echo pytest; cat jest.config.js')).toEqual([])
  expect(kinds('go vet ./... && golangci-lint run')).toEqual(['lint go', 'lint golangci-lint'])
})
