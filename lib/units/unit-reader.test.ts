import { beforeAll, describe, expect, test } from 'vitest'
import type { UnitReader } from '../core/units/units'
import { loadUnitReader } from './unit-reader'

let read: UnitReader
beforeAll(async () => {
  read = await loadUnitReader()
})

/** `function a 1-3 ✓` a line: name, lines from 1, complete or not. */
const units = (path: string, text: string, partial = false) =>
  read(text, path, partial).map((u) => `${u.name} ${u.firstLine + 1}-${u.lastLine + 1} ${u.complete ? '✓' : '…'}`)

describe('units', () => {
  test('of TypeScript: functions, classes, methods, routes, tests', () => {
    expect(
      units(
        'a.ts',
        `import { x } from 'y'
export function sum(a: number, b: number) {
  return a + b
}
const twice = (n: number) => n * 2
export class Box {
  open(key: string) {
    return key
  }
}
app.get('/users', async (request, reply) => {
  reply.send(await users())
})
describe('sum', () => {
  test('adds', () => {
    expect(sum(1, 2)).toBe(3)
  })
})`,
      ),
    ).toEqual([
      'function sum 2-4 ✓',
      'twice 5-5 ✓',
      'class Box 6-10 ✓',
      'method open 7-9 ✓',
      "app.get('/users') 11-13 ✓",
      "describe('sum') 14-18 ✓",
      "test('adds') 15-17 ✓",
    ])
  })

  test('of Python: a body that stops in the middle is not complete, though it parses', () => {
    const whole = 'def first(a):\n    return a + 1\n\n\nclass Box:\n    def open(self, key):\n        return key\n'
    expect(units('a.py', whole)).toEqual(['def first 1-2 ✓', 'class Box 5-7 ✓', 'def open 6-7 ✓'])
    expect(units('a.py', 'def first(people):\n    for person in people:\n')).toEqual(['def first 1-2 …'])
  })

  test('of Go, Rust, Java', () => {
    expect(units('a.go', 'package a\n\nfunc Sum(a, b int) int {\n\treturn a + b\n}\n\nfunc Half(a int) int {\n\treturn a')).toEqual([
      'func Sum 3-5 ✓',
      'func Half 7-8 …',
    ])
    expect(units('a.rs', 'impl Box {\n    fn open(&self) -> u8 {\n        1\n    }\n}\n')).toEqual(['impl Box 1-5 ✓', 'fn open 2-4 ✓'])
    expect(units('A.java', 'class A {\n  int one() {\n    return 1;\n  }\n  int two() {\n    return')).toContain('method one 2-4 ✓')
  })

  test('while it streams, nothing that touches the end is complete', () => {
    const text = 'function a() {\n  return 1\n}\n'
    expect(units('a.js', text, true)).toEqual(['function a 1-3 …'])
    expect(units('a.js', `${text}\nfunction b() {`, true)[0]).toBe('function a 1-3 ✓')
    expect(units('a.py', 'def a():\n    return 1\n', true)).toEqual(['def a 1-2 …'])
    expect(units('a.py', 'def a():\n    return 1\n\ndef b', true)[0]).toBe('def a 1-2 ✓')
  })

  test('what no parser reads is read without one', () => {
    expect(units('a.sql', 'CREATE TABLE users (\n  id uuid PRIMARY KEY\n);\n')).toEqual(['create table users 1-3 ✓'])
    expect(units('a.md', 'One thing is said here.\n\nAnd another')).toHaveLength(2)
  })
})

test('no prefix of a function is a complete function', () => {
  const texts: [string, string][] = [
    [
      'a.ts',
      'export async function load(path: string, limit = 10) {\n  const rows = []\n  for (const line of await lines(path)) {\n    if (rows.length < limit) rows.push(line.split(","))\n  }\n  return { rows, path }\n}\n',
    ],
    [
      'a.go',
      'func Load(path string, limit int) ([]string, error) {\n\trows := []string{}\n\tfor _, line := range lines(path) {\n\t\tif len(rows) < limit {\n\t\t\trows = append(rows, line)\n\t\t}\n\t}\n\treturn rows, nil\n}\n',
    ],
    [
      'a.py',
      'def load(path, limit=10):\n    rows = []\n    for line in open(path):\n        if len(rows) < limit:\n            rows.append(line.split(","))\n    return rows\n',
    ],
  ]
  for (const [path, text] of texts) {
    const end = text.trimEnd().length
    for (let cut = 1; cut < end; cut++)
      for (const unit of read(text.slice(0, cut), path, true)) expect(unit.complete && unit.weight >= 8, `${path} cut at ${cut}: ${unit.name}`).toBe(false)
  }
})
