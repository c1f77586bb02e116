import type { Check } from '../event'

/** A check that a shell command runs. */
export interface CheckCommand {
  kind: Check['kind']
  tool: string
  /** Its exit code is the whole command's: not after `| tail`, `|| true` or `;`. */
  exitKnown: boolean
}

const RUN =
  '(?:(?:npx|bunx|pnpx)(?: -y| --yes| --no-install)? |(?:pnpm|yarn)(?: exec| dlx)? |npm exec(?: --)? |bun x |uv run |poetry run |pipenv run |rye run |hatch run |python3? -m |(?:\\./)?node_modules/\\.bin/|(?:\\./)?vendor/bin/|(?:\\.?/)?(?:[\\w.-]+/)*\\.?venv/bin/(?:python3? -m )?)?'

// The word that starts a simple command -> what it checks. The first that fits.
const RUNNERS: readonly [RegExp, Check['kind']][] = [
  [new RegExp(`^${RUN}(pytest|py\\.test|unittest|vitest|jest|mocha|ava|tape|tox|nox|rspec|phpunit|ctest)\\b`), 'test'],
  [new RegExp(`^${RUN}(playwright) test\\b`), 'test'],
  [/^(node)\b.* --test\b/, 'test'],
  [/^(npm|pnpm|yarn|bun)(?: run)? (?:test|t|tests)\b/, 'test'],
  [
    /^(go|cargo|dotnet|swift|deno|bun|mix|zig build|gradle|\.\/gradlew|mvn|\.\/mvnw|make|just|mise run|rake|rails|bazel)\b(?: [-\w:=/.]+)* (?:nextest run|tests?|check-tests?|verify)\b/,
    'test',
  ],
  [/^(?:python3?|uv run python3?|poetry run python3?) (?:manage\.py|-m django) (test)\b/, 'test'],
  [new RegExp(`^${RUN}(tsc|vue-tsc|tsgo|mypy|pyright|basedpyright|pyre|pytype|sorbet|flow)\\b`), 'type'],
  [/^(npm|pnpm|yarn|bun)(?: run)? (?:types?|type-?check|check-types?|tsc)\b/, 'type'],
  [
    new RegExp(
      `^${RUN}(eslint|biome|oxlint|stylelint|ruff|flake8|pylint|golangci-lint|shellcheck|rubocop|standard|xo|prettier|black|hadolint|yamllint|sqlfluff|ktlint)\\b`,
    ),
    'lint',
  ],
  [/^(npm|pnpm|yarn|bun|make|just|mise run)(?: run)? (?:lint|eslint|clippy)\b/, 'lint'],
  [/^(cargo) (?:clippy|fmt)\b/, 'lint'],
  [/^(go) vet\b/, 'lint'],
  [/^(cargo) (?:build|check)\b/, 'build'],
  [
    /^(npm|pnpm|yarn|bun|go|dotnet|mvn|gradle|\.\/gradlew|make|just|next|vite|deno|docker|swift|zig|cmake|bazel)\b(?: [-\w:=/.]+)*? (?:build|compile)\b/,
    'build',
  ],
  [new RegExp(`^${RUN}(next|vite|webpack|rollup|esbuild|tsup|turbo|nx)(?: run)? build\\b`), 'build'],
  [/^(make|gcc|g\+\+|clang|javac|rustc)\b/, 'build'],
]

/** The checks of a command line, in its order. */
export function checkCommands(command: string): CheckCommand[] {
  const checks: CheckCommand[] = []
  const pipefail = /^\s*set -(?:\w* )?-?\w*o pipefail\b/.test(command)
  const parts = command.replace(/^(\s*set -[\w -]+?pipefail)\s*;/, '$1\n').split(/&&|\n/)
  // the last part after which another command's exit code is the line's
  const lastMasked = parts.findLastIndex((part) => /[;]|\|\|/.test(part))
  for (const [index, part] of parts.entries()) {
    const bare = part.trim().replace(/^(?:(?:env |command |time |sudo |timeout (?:-\w+ )*\d+\w? )|[A-Z_][A-Z0-9_]*=(?:"[^"]*"|'[^']*'|\S*) )+/, '')
    const quiet = bare.replace(/'[^']*'|"[^"]*"/g, '')
    for (const [pattern, kind] of RUNNERS) {
      const match = pattern.exec(bare)
      if (!match) continue
      const masked = (/[|;]/.test(quiet) && !(pipefail && !/;|\|\|/.test(quiet))) || lastMasked > index
      checks.push({ kind, tool: (match[1] as string).replace(/^\.\//, ''), exitKnown: !masked })
      break
    }
  }
  return checks
}

/**
 * What makes two runs the same check: the command without what only changes how its output is shown
 * (`2>&1`, `| tail -20`, colours) or how the call is described. `words`: a call's arguments, as a command
 * or as JSON that holds one.
 */
export function sameCheck(words: string): string {
  const text = words.trim()
  let command = text
  if (text.startsWith('{')) {
    try {
      const parsed: unknown = JSON.parse(text)
      if (typeof parsed === 'object' && parsed !== null) {
        const { description: _, timeout: __, ...rest } = parsed as Record<string, unknown>
        const inner = ['command', 'cmd', 'script'].map((name) => rest[name]).find((value) => typeof value === 'string' || Array.isArray(value))
        if (inner === undefined) return JSON.stringify(rest, Object.keys(rest).sort())
        command = Array.isArray(inner) ? inner.join(' ') : (inner as string)
      }
    } catch {
      // cut short or no JSON after all: the words as they are
    }
  }
  const plain = command
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/ ?(?:;|&&|\|\|) ?(?:echo\b[^;&|]*|true)$/, '')
  const pipe = pipeOf(plain)
  while (pipe.length > 1 && SHOWS.test(pipe.at(-1) as string)) pipe.pop()
  return pipe
    .join('|')
    .replace(/ ?(?:2>&1|2?> ?\/dev\/null)/g, '')
    .replace(/ --(?:no-)?colou?r(?:=\w+)?\b/g, '')
    .trim()
}

/** What only shows a part of what comes in. */
const SHOWS = /^ ?(?:tail|head|cat|tee|grep|egrep|rg|sed|less|more)\b/

/** The commands between the pipes of a line, quotes and `||` left alone. */
function pipeOf(line: string): string[] {
  const parts: string[] = []
  let from = 0
  let quote = ''
  for (let i = 0; i < line.length; i++) {
    const c = line[i] as string
    if (quote !== '') {
      if (c === quote) quote = ''
    } else if (c === "'" || c === '"') quote = c
    else if (c === '|' && line[i + 1] === '|') i += 1
    else if (c === '|') {
      parts.push(line.slice(from, i))
      from = i + 1
    }
  }
  return [...parts, line.slice(from)]
}
