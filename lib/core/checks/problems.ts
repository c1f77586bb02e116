import { countsIn, lastMatch, type Reader } from './reading'

/** Type checkers and linters: what counts are errors, not warnings. */

/** `a.ts(3,7): error TS2322: ...`, pretty: `a.ts:3:7 - error TS2322: ...` and `Found 2 errors in the same file`. */
export const readTsc: Reader = (output) => {
  const errors = [...output.matchAll(/^(?:.+[(:]\d+[,:]\d+\)?(?::| -) )?error TS\d+:/gm)].length
  const found = lastMatch(output, /^Found (\d+) errors?[. ]/gm)
  if (errors === 0 && !found) return undefined
  const failed = Math.max(errors, Number(found?.[1] ?? 0))
  return { tool: 'tsc', ok: failed === 0, failed }
}

/** `a.py:3: error: ... [assignment]`, `Found 2 errors in 1 file (checked 3 source files)`, `Success: no issues found in 3 source files`. */
export const readMypy: Reader = (output) => {
  const found = lastMatch(output, /^Found (\d+) errors? in \d+ files? \((?:checked|errors prevented)/gm)
  if (found) return { tool: 'mypy', ok: false, failed: Number(found[1]) }
  return /^Success: no issues found in \d+ source files?/m.test(output) ? { tool: 'mypy', ok: true, failed: 0 } : undefined
}

/** `1 error, 0 warnings, 0 informations` */
export const readPyright: Reader = (output) => {
  const found = lastMatch(output, /^(\d+) errors?, \d+ warnings?(?:, \d+ (?:informations?|notes?))?/gm)
  return found ? { tool: 'pyright', ok: Number(found[1]) === 0, failed: Number(found[1]) } : undefined
}

/** `✖ 3 problems (2 errors, 1 warning)` */
export const readEslint: Reader = (output) => {
  const found = lastMatch(output, /^✖ \d+ problems? \((.+)\)/gm)
  if (!found) return undefined
  const counts = countsIn(found[1] as string)
  const failed = counts.get('errors') ?? counts.get('error') ?? 0
  return { tool: 'eslint', ok: failed === 0, failed }
}

/** `Found 2 errors.`, `All checks passed!`; a formatter's run (`3 files would be reformatted`) is style, not errors. */
export const readRuff: Reader = (output) => {
  if (/^All checks passed!/m.test(output)) return { tool: 'ruff', ok: true, failed: 0 }
  const looks = /^\S+?:\d+:\d+: [A-Z]+\d+ /m.test(output) || /^[A-Z]+\d+ (?:\[\*\] )?.+\n\s+--> /m.test(output) || /fixable with the `--fix`/.test(output)
  const found = lastMatch(output, /^Found (\d+) errors?(?: \(.*\))?\.?/gm)
  return found && looks ? { tool: 'ruff', ok: false, failed: Number(found[1]) } : undefined
}

/** `Checked 85 files in 668ms. No fixes applied.` after `Found 2 errors.` */
export const readBiome: Reader = (output) => {
  if (!/^Checked \d+ files? in /m.test(output)) return undefined
  const found = lastMatch(output, /^Found (\d+) errors?\.?/gm)
  return { tool: 'biome', ok: !found, failed: Number(found?.[1] ?? 0) }
}
