import type { Check } from '@/lib/core/event'

// The word that starts a simple command -> what it checks.
const RUNNERS: readonly [RegExp, Check['kind'], string?][] = [
  [/^(?:npx |pnpm |yarn |bunx? |uv run |poetry run )?(vitest|jest|mocha|pytest|tox|rspec|phpunit)\b/, 'test'],
  [/^(?:npx |pnpm |yarn )?(playwright) test\b/, 'test'],
  [/^(npm|pnpm|yarn|bun|cargo|go|dotnet|mvn|gradle|\.\/gradlew|make|deno|mise run|just)(?: run)? tests?\b/, 'test'],
  [/^python3? -m (pytest|unittest)\b/, 'test'],
  [/^(?:npx |pnpm |yarn )?(tsc|vue-tsc)\b/, 'type'],
  [/^(?:npx |uv run |poetry run )?(mypy|pyright|pyre)\b/, 'type'],
  [/^(npm|pnpm|yarn|bun)(?: run)? (?:types?|type-?check)\b/, 'type'],
  [/^(?:npx |pnpm |yarn |uv run |poetry run )?(eslint|biome|oxlint|stylelint|ruff|flake8|pylint|golangci-lint|shellcheck|rubocop|clippy)\b/, 'lint'],
  [/^(npm|pnpm|yarn|bun|cargo|make|mise run|just)(?: run)? (?:lint|clippy)\b/, 'lint'],
  [/^(go) vet\b/, 'lint'],
  [/^(npm|pnpm|yarn|bun|cargo|go|dotnet|mvn|gradle|\.\/gradlew|make|just|next|vite)(?: run)? (?:build|compile|package)\b/, 'build'],
]

/** Which check a shell command runs, when its first words say so. Its outcome is known only where the
 *  exit code is the check's own: not after `| tail`, `|| true` or `;`. */
export function checkOf(command: string, failed: boolean): Check | undefined {
  for (const part of command.split(/&&|\n/)) {
    const plain = part.trim().replace(/^(?:[A-Z_][A-Z0-9_]*=\S* )+/, '')
    for (const [pattern, kind] of RUNNERS) {
      const match = pattern.exec(plain)
      if (!match) continue
      const masked = /[|;]/.test(plain.replace(/'[^']*'|"[^"]*"/g, ''))
      const tool = match[1] as string
      return masked && !failed ? { kind, tool } : { kind, tool, ok: !failed }
    }
  }
  return undefined
}
