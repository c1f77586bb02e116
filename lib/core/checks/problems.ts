import { countsIn, isRecord, jsonIn, lastMatch, type Reader } from './reading'

/** Type checkers and linters: what counts are errors, not warnings. Where the summary was cut off, the errors that are left are counted. */

/** `a.ts(3,7): error TS2322: ...`, pretty: `a.ts:3:7 - error TS2322: ...` and `Found 2 errors in the same file`. */
export const readTsc: Reader = (output) => {
  const errors = countOf(output, /^(?:.+[(:]\d+[,:]\d+\)?(?::| -) )?error TS\d+:/gm)
  const found = lastMatch(output, /^Found (\d+) errors?[. ]/gm)
  if (errors === 0 && !found) return undefined
  const failed = Math.max(errors, Number(found?.[1] ?? 0))
  return { tool: 'tsc', ok: failed === 0, failed }
}

/**
 * `a.py:3: error: ... [assignment]`, `Found 2 errors in 1 file (checked 3 source files)`, `Success: no issues
 * found in 3 source files`; with `--output json` one object a line.
 */
export const readMypy: Reader = (output) => {
  const found = lastMatch(output, /^Found (\d+) errors? in \d+ files? \((?:checked|errors prevented)/gm)
  if (found) return { tool: 'mypy', ok: false, failed: Number(found[1]) }
  if (/^Success: no issues found in \d+ source files?/m.test(output)) return { tool: 'mypy', ok: true, failed: 0 }
  const failed = countOf(output, /^[^\s:]+\.pyi?:\d+(?::\d+)?: error: /gm) + countOf(output, /^\{"file": .*"severity": "error"\}$/gm)
  return failed > 0 ? { tool: 'mypy', ok: false, failed } : undefined
}

/** `1 error, 0 warnings, 0 informations`; `--outputjson`: `"summary": { "errorCount": 1 }`. */
export const readPyright: Reader = (output, tool) => {
  const name = tool === 'basedpyright' ? tool : 'pyright'
  const found = lastMatch(output, /^(\d+) errors?, \d+ warnings?(?:, \d+ (?:informations?|notes?))?/gm) ?? /"errorCount": ?(\d+)/.exec(output)
  if (found) return { tool: name, ok: Number(found[1]) === 0, failed: Number(found[1]) }
  const failed = countOf(output, /^ +\S+:\d+:\d+ - error: /gm)
  return failed > 0 ? { tool: name, ok: false, failed } : undefined
}

/**
 * `✖ 3 problems (2 errors, 1 warning)` after `  3:7  error  'x' is not defined  no-undef`; the formats
 * unix (`a.js:3:7: ... [Error/no-undef]`), compact (`a.js: line 3, col 7, Error - ...`) and json.
 */
export const readEslint: Reader = (output, _tool, whole) => {
  const found = lastMatch(output, /^[✖×x] \d+ problems? \((.+)\)/gm)
  if (found) {
    const counts = countsIn(found[1] as string)
    const failed = counts.get('errors') ?? counts.get('error') ?? 0
    return { tool: 'eslint', ok: failed === 0, failed }
  }
  const json = jsonIn(whole, '[')
  const files = Array.isArray(json) ? json.filter((file) => isRecord(file) && typeof file.errorCount === 'number') : []
  if (files.length > 0) {
    const failed = files.reduce((sum: number, file: { errorCount: number }) => sum + file.errorCount, 0)
    return { tool: 'eslint', ok: failed === 0, failed }
  }
  const failed =
    countOf(output, /^ +\d+:\d+ +error +\S/gm) +
    countOf(output, /^\S.*:\d+:\d+: .+ \[Error(?:\/\S+)?\]$/gm) +
    countOf(output, /^\S.*: line \d+, col \d+, Error - /gm)
  return failed > 0 ? { tool: 'eslint', ok: false, failed } : undefined
}

/**
 * `Found 2 errors.`, `All checks passed!`, `a.py:1:8: F401 ...`; json. A formatter's run (`3 files would be
 * reformatted`) is style, not errors.
 */
export const readRuff: Reader = (output, tool, whole) => {
  if (/^All checks passed!/m.test(output)) return { tool: 'ruff', ok: true, failed: 0 }
  const lines = countOf(output, /^\S+?:\d+:\d+: (?:[A-Z]+\d+|SyntaxError:) /gm)
  const looks = tool === 'ruff' || lines > 0 || /^[A-Z]+\d+ (?:\[\*\] )?.+\n\s+--> /m.test(output) || /fixable with the `--fix`/.test(output)
  const found = lastMatch(output, /^Found (\d+) errors?(?: \(.*\))?\.?/gm)
  if (found && looks) return { tool: 'ruff', ok: Number(found[1]) === 0, failed: Number(found[1]) }
  if (tool !== 'ruff') return undefined
  const json = jsonIn(whole, '[')
  if (Array.isArray(json) && json.every((one) => isRecord(one) && 'code' in one && 'filename' in one))
    return { tool, ok: json.length === 0, failed: json.length }
  const failed = Math.max(lines, countOf(output, /^[A-Z]+\d+ (?:\[\*\] )?.+\n\s+--> /gm))
  return failed > 0 ? { tool, ok: false, failed } : undefined
}

/** `Checked 85 files in 668ms. No fixes applied.` after `Found 2 errors.` */
export const readBiome: Reader = (output, tool) => {
  const checked = /^Checked \d+ files? in /m.test(output)
  const found = lastMatch(output, /^Found (\d+) errors?\.?/gm)
  if (!checked && !(tool === 'biome' && found)) return undefined
  return { tool: 'biome', ok: !found, failed: Number(found?.[1] ?? 0) }
}

function countOf(output: string, pattern: RegExp): number {
  let count = 0
  for (const _ of output.matchAll(pattern)) count += 1
  return count
}
