import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { describe, expect, test } from 'vitest'
import { FORMATS } from '@/lib/formats'
import { isFrom } from './arrivals'
import { findSystem, GROUPS, SYSTEMS } from './systems'
import type { Place, Step, System } from './systems/system'

const PLACES: Place[] = [
  { origin: 'http://127.0.0.1:4680', accounts: false },
  { origin: 'https://backseat.example.com', accounts: true },
]
const steps: [string, Place, Step][] = SYSTEMS.flatMap((system) =>
  PLACES.flatMap((place) =>
    system.steps(place).map((step): [string, Place, Step] => [`${system.key}, ${new URL(place.origin).hostname}: ${step.title}`, place, step]),
  ),
)
const has = (command: string) => spawnSync(command, ['--version']).status === 0

test('every format that is read belongs to a system', () => {
  const named = new Set(SYSTEMS.flatMap(({ from }) => from.formats ?? []))
  // events of one's own carry no format
  expect(FORMATS.map(({ name }) => name).filter((name) => name !== 'native' && !named.has(name))).toEqual([])
})

test('keys are one each, groups are known, documentation is there', () => {
  expect(new Set(SYSTEMS.map(({ key }) => key)).size).toBe(SYSTEMS.length)
  for (const { group, docs } of SYSTEMS) {
    expect(GROUPS.map(({ key }) => key)).toContain(group)
    const [file = '', heading] = docs.split('#')
    expect(existsSync(`docs/${file}`)).toBe(true)
    if (heading === undefined) continue
    const headings = readFileSync(`docs/${file}`, 'utf8')
      .split('\n')
      .filter((line) => /^#+ /.test(line))
      .map((line) => slug(line.replace(/^#+ /, '')))
    expect(headings).toContain(heading)
  }
})

function slug(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replace(/ /g, '-')
}

describe('what is pasted', () => {
  test.each(steps)('%s', (_, { origin, accounts }, { code, language }) => {
    // nothing of a server that is somewhere else stays at the usual place
    if (origin !== 'http://127.0.0.1:4680') expect(code).not.toContain('4680')
    if (/backseat (watch|import)/.test(code) && language === 'shell') {
      expect(code.includes(`BACKSEAT_URL=${origin}`)).toBe(accounts)
      expect(code.includes('BACKSEAT_KEY=')).toBe(accounts)
    }
    switch (language) {
      case 'json':
        expect(JSON.parse(code)).toBeTypeOf('object')
        break
      case 'typescript':
        expect(transformSync(code, { loader: 'ts', format: 'esm' }).warnings).toEqual([])
        break
      case 'shell':
        if (has('bash')) expect(spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
        break
      case 'python':
        if (has('python3')) {
          const read = 'import ast, sys; compile(sys.stdin.read(), "step", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)'
          expect(spawnSync('python3', ['-c', read], { input: code, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' })
        }
        break
      case 'prompt':
        expect(code).toContain(`${origin}/api/v1/events`)
    }
  })
})

test('the prompt names only types of events that there are', () => {
  const [step] = findSystem('coding-agent')?.steps(PLACES[0] as Place) ?? []
  const schema = readFileSync('docs/event.schema.json', 'utf8')
  const types = new Set(step?.code.match(/\b(?:session|agent|task|turn|tool|artifact)\.[a-z]+\b(?= ?\{)/g))
  expect(types.size).toBe(10)
  for (const type of types) expect(schema).toContain(`"${type}"`)
})

describe('whose a session is', () => {
  const system = (key: string) => findSystem(key) as System
  test.each([
    ['codex', { format: 'codex', framework: 'codex' }, true],
    ['codex', { format: 'claude-code', framework: 'claude-code' }, false],
    ['claude-code', { format: 'claude-code-hooks', framework: 'claude-code' }, true],
    ['vercel-ai', { format: 'otlp', framework: 'vercel-ai' }, true],
    ['vercel-ai', { format: 'otlp', framework: 'google-adk' }, false],
    ['opentelemetry', { format: 'otlp', framework: 'vercel-ai' }, true],
    ['curl', {}, true],
    ['curl', { format: 'otlp' }, false],
    ['coding-agent', { format: 'crewai' }, true],
  ])('%s and %o: %s', (key, session, expected) => {
    expect(isFrom(system(key), session)).toBe(expected)
  })
})
