import type { Random } from './random'

const NOUNS =
  'account address basket booking branch budget carrier catalog channel claim course credit customer delivery device discount driver employee fleet guest invoice item journal kitchen ledger lesson letter license market member meter notice order parcel partner payment permit plan pledge policy quota quote recipe record refund region rental report review room route sample season seat shelf shift signal station stock supplier survey tenant ticket token tour track transfer vendor visit voucher wallet'.split(
    ' ',
  )
const VERBS =
  'add allot apply archive assign balance cancel charge check claim close collect compare confirm convert count deduct deliver derive divide estimate expire extend fetch filter gather grade group hold issue join limit list load lock match measure merge notify open order parse plan price project rank reduce release renew rename repair reserve resolve restore return round scale schedule score select settle ship sort split stamp start submit sum track transfer trim update verify void weigh'.split(
    ' ',
  )
const SHAPES = ['loop', 'branch', 'query', 'sum', 'map'] as const

/** A function that nobody else wrote: what survives of it can be told token by token. */
export function inventFunction(random: Random): string {
  const verb = random.pick(VERBS)
  const noun = random.pick(NOUNS)
  const part = random.pick(NOUNS)
  const other = random.pick(NOUNS)
  const name = `${verb}${title(noun)}${title(part)}`
  const number = random.between(2, 9973)
  switch (random.pick(SHAPES)) {
    case 'loop':
      return `export function ${name}(${noun}s: ${title(noun)}[]): number {\n  let ${part} = ${number}\n  for (const ${noun} of ${noun}s) {\n    if (${noun}.${other} > ${number % 97}) ${part} += ${noun}.${other} * ${number % 13}\n  }\n  return ${part}\n}\n`
    case 'branch':
      return `export function ${name}(${noun}: ${title(noun)}): string {\n  if (!${noun}.${part}) throw new Error('the ${noun} has no ${part}')\n  if (${noun}.${other} === ${number}) return '${other}-${number}'\n  return \`\${${noun}.${part}}/\${${noun}.${other}}\`\n}\n`
    case 'query':
      return `export async function ${name}(db: Database, ${noun}Id: string) {\n  const ${part} = await db.${noun}.findMany({ where: { ${noun}Id, ${other}: { gt: ${number} } }, take: ${number % 50} })\n  return ${part}.filter((row) => row.${other} !== null)\n}\n`
    case 'sum':
      return `export const ${name} = (${noun}: readonly ${title(part)}[]) =>\n  ${noun}.reduce((${part}, one) => ${part} + one.${other} / ${number}, ${number % 7})\n`
    case 'map':
      return `export function ${name}(${noun}s: Map<string, ${title(other)}>): string[] {\n  const ${part} = [...${noun}s.entries()].sort(([, a], [, b]) => a.${other} - b.${other})\n  return ${part}.slice(0, ${number % 40}).map(([key]) => key + '${number}')\n}\n`
  }
}

export function inventModule(random: Random, functions: number): string {
  return Array.from({ length: functions }, () => inventFunction(random)).join('\n')
}

export function inventSentence(random: Random): string {
  return `I ${random.pick(VERBS)} the ${random.pick(NOUNS)} before the ${random.pick(NOUNS)}, then ${random.pick(VERBS)} what is left of the ${random.pick(NOUNS)}.`
}

export function inventPath(random: Random): string {
  return `src/${random.pick(NOUNS)}/${random.pick(VERBS)}-${random.pick(NOUNS)}-${random.between(1, 999)}.ts`
}

function title(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}
