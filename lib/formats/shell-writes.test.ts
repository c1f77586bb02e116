import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shellWrites } from './shell-writes'

const cases: [string, ReturnType<typeof shellWrites>][] = [
  ["cat > a.ts <<'EOF'\nlet x = `$(1)`\nEOF", [{ path: 'a.ts', change: { kind: 'content', content: 'let x = `$(1)`\n' } }]],
  ['cat <<EOF > a.txt\nplain\ntext\nEOF\necho done', [{ path: 'a.txt', change: { kind: 'content', content: 'plain\ntext\n' } }]],
  ['cat > a.txt <<EOF\nhello $USER\nEOF', [{ path: 'a.txt', change: { kind: 'opaque' } }]],
  ["cat >> a.md <<-'END'\n\tmore\n\tEND\n", [{ path: 'a.md', change: { kind: 'append', text: 'more\n' } }]],
  ['echo "a b" > f', [{ path: 'f', change: { kind: 'content', content: 'a b\n' } }]],
  ['echo "$X" > f', [{ path: 'f', change: { kind: 'opaque' } }]],
  ["printf 'x\\n' >> f", [{ path: 'f', change: { kind: 'append', text: 'x\n' } }]],
  ['npm test > out.log 2>&1', [{ path: 'out.log', change: { kind: 'opaque' } }]],
  ['npm test 2> /dev/null', []],
  ['ls 2>&1 | tail -5', []],
  ['make &> build.log', []],
  ["cat <<'E' | tee -a notes.md\nx\nE", [{ path: 'notes.md', change: { kind: 'append', text: 'x\n' } }]],
  [
    'echo hi | tee a b',
    [
      { path: 'a', change: { kind: 'content', content: 'hi\n' } },
      { path: 'b', change: { kind: 'content', content: 'hi\n' } },
    ],
  ],
  [
    "sed -i 's/a/b/' src/x.ts src/y.ts",
    [
      { path: 'src/x.ts', change: { kind: 'opaque' } },
      { path: 'src/y.ts', change: { kind: 'opaque' } },
    ],
  ],
  ["sed -i '' -e 's/a/b/' x.ts", [{ path: 'x.ts', change: { kind: 'opaque' } }]],
  ["sed 's/a/b/' x.ts", []],
  ['mv a.ts b.ts', [{ path: 'b.ts', change: { kind: 'move', from: 'a.ts' } }]],
  ['git mv a.ts src/b.ts', [{ path: 'src/b.ts', change: { kind: 'move', from: 'a.ts' } }]],
  ['mv a.ts src/', []],
  ['cp a.ts b.ts', [{ path: 'b.ts', change: { kind: 'opaque' } }]],
  [
    'rm -f a.ts "b c.ts"',
    [
      { path: 'a.ts', change: { kind: 'delete' } },
      { path: 'b c.ts', change: { kind: 'delete' } },
    ],
  ],
  ['rm -rf dist', []],
  ['rm *.log', []],
  ['git rm --cached a.ts', []],
  [
    'git checkout -- a.ts b.ts',
    [
      { path: 'a.ts', change: { kind: 'revert' } },
      { path: 'b.ts', change: { kind: 'revert' } },
    ],
  ],
  ['git checkout main', []],
  ['git checkout -b feature', []],
  ['git restore a.ts', [{ path: 'a.ts', change: { kind: 'revert' } }]],
  ['git restore --staged a.ts', []],
  ['cd api && git checkout -- src/a.ts', [{ path: 'api/src/a.ts', change: { kind: 'revert' } }]],
  ['cd "$DIR" && rm a.ts', []],
  ['rm a.ts || true', []],
  ['test -f a || rm b', []],
  ['for f in a b; do rm $f; done', []],
  ['for f in a b; do echo x > y; done', []],
  ['git commit -m "$(cat <<\'EOF\'\nremove > things\nEOF\n)"', []],
  ['echo "a > b"', []],
  ["grep -n '>' file # > comment", []],
  ['[ "$a" -gt 1 ] && echo x > y', [{ path: 'y', change: { kind: 'content', content: 'x\n' } }]],
  ['cat file > copy', [{ path: 'copy', change: { kind: 'opaque' } }]],
]

describe('what a shell command writes', () => {
  test.each(cases)('%s', (command, expected) => {
    expect(shellWrites(command)).toEqual(expected)
  })

  test('takes what single quotes hold literally', () => {
    expect(shellWrites("git checkout -- ' $( '")).toEqual([{ path: ' $( ', change: { kind: 'revert' } }])
    expect(shellWrites('git checkout -- " $( "')).toEqual([])
  })

  test('never throws, and never writes to a path with a variable in it that the shell would expand', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom(
            'cat',
            '>',
            '>>',
            '<<EOF',
            '\nEOF\n',
            '"',
            "'",
            '$X',
            '$(',
            ')',
            '|',
            '&&',
            ';',
            'rm',
            'a.ts',
            ' ',
            '\\',
            'tee',
            '`',
            '{',
            '}',
            '2>&1',
            'sed',
            '-i',
            'git checkout --',
            '#',
            '\n',
          ),
        ),
        (words) => {
          const command = words.join(' ')
          const writes = shellWrites(command)
          // Between single quotes and after a backslash a dollar is a character of the name.
          if (!/['\\]/.test(command)) for (const { path } of writes) expect(path).not.toMatch(/\$X|\$\(/)
        },
      ),
      { numRuns: 500 },
    )
  })
})
