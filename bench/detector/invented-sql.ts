import type { Random } from '@/lib/core/testing/fuzz-random'
import { FIELDS, NOUNS, VERBS, WORDS } from './invented-words'

/** An invented script of a few statements: tables, views, changes of data, a function. Nobody runs it. */
export function inventSql(random: Random): string {
  const statement = () => random.pick([table, view, change, insert, fill])(random)
  return Array.from({ length: 1 + random.below(3) }, statement).join('\n\n')
}

const name = (random: Random) => `${random.pick(NOUNS)}${random.below(2) ? `_${random.pick(NOUNS)}` : ''}`
const column = (random: Random) => (random.below(3) ? `${random.pick(NOUNS)}_${random.pick(FIELDS)}` : random.pick(FIELDS))
const text = (random: Random) => `'${random.pick(WORDS)}'`
const number = (random: Random) => String(random.below(9000) + 1)
const some = (random: Random, least: number, more: number, make: () => string) => [...new Set(Array.from({ length: least + random.below(more) }, make))]

function table(random: Random): string {
  const own = name(random)
  const type = () =>
    random.pick([
      'uuid NOT NULL',
      'text NOT NULL',
      `varchar(${random.below(200) + 10})`,
      'timestamptz NOT NULL DEFAULT now()',
      `numeric(${random.below(9) + 6}, 2)`,
      'boolean NOT NULL DEFAULT false',
      'integer',
      'jsonb',
      `text NOT NULL DEFAULT ${text(random)}`,
      `uuid REFERENCES ${name(random)} (id) ON DELETE ${random.pick(['CASCADE', 'SET NULL', 'RESTRICT'])}`,
    ])
  const columns = some(random, 5, 8, () => column(random)).map((one) => `  ${one} ${type()},`)
  const checks = random.below(2)
    ? [`  CONSTRAINT ${own}_${random.pick(VERBS)} CHECK (${column(random)} ${random.pick(['>', '<>', '>='])} ${number(random)}),`]
    : []
  const index = random.below(2)
    ? `\n\nCREATE ${random.below(2) ? 'UNIQUE ' : ''}INDEX ${own}_by_${column(random)} ON ${own} (${some(random, 1, 3, () => column(random)).join(', ')});`
    : ''
  return [
    `CREATE TABLE ${own} (`,
    '  id uuid PRIMARY KEY,',
    ...columns,
    ...checks,
    `  UNIQUE (${some(random, 1, 2, () => column(random)).join(', ')})`,
    `);${index}`,
  ].join('\n')
}

function view(random: Random): string {
  const [a, b, c] = [name(random), name(random), name(random)]
  const picked = some(random, 3, 5, () =>
    random.pick([
      `  a.${column(random)}`,
      `  sum(b.${column(random)}) AS ${column(random)}`,
      `  coalesce(c.${column(random)}, ${text(random)}) AS ${column(random)}`,
      `  count(*) FILTER (WHERE b.${column(random)} = ${text(random)}) AS ${column(random)}`,
    ]),
  )
  return [
    `CREATE VIEW ${random.pick(VERBS)}_${name(random)} AS`,
    'SELECT',
    picked.join(',\n'),
    `FROM ${a} AS a`,
    `JOIN ${b} AS b ON b.${column(random)} = a.${column(random)}`,
    ...(random.below(2) ? [`LEFT JOIN ${c} AS c ON c.${column(random)} = b.id AND c.${column(random)} > ${number(random)}`] : []),
    `WHERE a.${column(random)} ${random.pick(['IS NOT NULL', `<> ${text(random)}`, `> ${number(random)}`])}`,
    ...(random.below(2) ? [`  AND b.${column(random)} IN (${some(random, 2, 4, () => text(random)).join(', ')})`] : []),
    `GROUP BY ${some(random, 1, 3, () => `a.${column(random)}`).join(', ')}`,
    `ORDER BY ${random.below(3) + 1} DESC;`,
  ].join('\n')
}

function change(random: Random): string {
  const own = name(random)
  const sets = some(
    random,
    2,
    4,
    () => `  ${column(random)} = ${random.pick([text(random), number(random), `${column(random)} + ${number(random)}`, 'now()'])}`,
  )
  return [
    `WITH ${random.pick(VERBS)} AS (`,
    `  SELECT id, max(${column(random)}) AS newest`,
    `  FROM ${name(random)}`,
    `  WHERE ${column(random)} < ${number(random)}`,
    '  GROUP BY id',
    ')',
    `UPDATE ${own}`,
    'SET',
    sets.join(',\n'),
    `WHERE ${column(random)} = ${text(random)}`,
    `  AND ${column(random)} BETWEEN ${number(random)} AND ${number(random)}`,
    `RETURNING ${some(random, 2, 3, () => column(random)).join(', ')};`,
  ].join('\n')
}

function insert(random: Random): string {
  const columns = some(random, 4, 4, () => column(random))
  const row = () => `  (${columns.map(() => random.pick([text(random), number(random), 'now()', 'NULL'])).join(', ')})`
  return [
    `INSERT INTO ${name(random)} (${columns.join(', ')})`,
    'VALUES',
    Array.from({ length: 3 + random.below(5) }, row).join(',\n'),
    `ON CONFLICT (${columns[0]}) DO UPDATE SET ${columns[1]} = excluded.${columns[1]};`,
  ].join('\n')
}

function fill(random: Random): string {
  const columns = some(random, 3, 4, () => column(random))
  const from = name(random)
  return [
    `INSERT INTO ${name(random)} (${columns.join(', ')})`,
    `SELECT ${columns.map((one) => random.pick([`s.${one}`, `lower(s.${column(random)})`, `round(s.${column(random)} * ${number(random)}, 2)`, text(random)])).join(', ')}`,
    `FROM ${from} AS s`,
    `WHERE NOT EXISTS (SELECT 1 FROM ${name(random)} AS t WHERE t.${column(random)} = s.${column(random)} AND t.${column(random)} = ${text(random)})`,
    `  AND s.${column(random)} ${random.pick(['>=', '<', '<>'])} ${number(random)}`,
    `LIMIT ${number(random)};`,
  ].join('\n')
}
