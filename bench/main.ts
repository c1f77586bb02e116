import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '@/lib/store/postgres/launch'
import { migrate } from '@/lib/store/postgres/migrate'
import { type Child, startChild } from './child'
import { benchCompare } from './compare'
import { benchDecode } from './decode'
import { type Filled, fill } from './filling'
import { benchHuge, fillHuge } from './huge'
import { benchIngest } from './ingest'
import { benchLatency, type Lag } from './latency'
import type { Multiplied } from './multiply'
import { benchOpening } from './opening'
import { benchPainting } from './painting'
import { printReport, type Report, updateDocument } from './report'
import { benchSearch } from './search'
import { benchWires } from './wires'

/**
 * npm run bench [-- --quick] [-- --note "the machine was busy"] [-- --part ingest|latency|wires|decode|opening|painting|compare|search [--rows 10000000] [--keep]|huge [--turns 1000000]] [-- --only 100x8] [-- --profile] [-- --no-write]
 * Everything on the loopback, in .data/bench, some six minutes on two cores.
 */
const folder = process.env.BENCH_FOLDER ?? ''
const root = process.env.BENCH_ROOT ?? ''
const has = (flag: string) => process.argv.includes(`--${flag}`)
const valueAfter = (flag: string) => (has(flag) ? process.argv[process.argv.indexOf(`--${flag}`) + 1] : undefined)
const quick = has('quick')
const part = valueAfter('part')
type Part = 'ingest' | 'opening' | 'latency' | 'wires' | 'decode' | 'painting' | 'compare' | 'search' | 'huge'
const port = Number(process.env.BENCH_PORT ?? 4870)

const postgres = await startPostgres({ dataDir: join(folder, 'postgres') })
const urlOf = (name: string) => postgres.url.replace(/\/postgres$/, `/${name}`)
/** Process id of the Postgres under measurement. */
const postmasterOf = async (dataDir: string) => Number((await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n', 1)[0])
const admin = new pg.Client({ connectionString: postgres.url })
await admin.connect()
const profile = has('profile') ? join(folder, 'profile') : undefined
if (profile) {
  await rm(profile, { recursive: true, force: true })
  await mkdir(profile, { recursive: true })
}

const migrations = { folder: join(root, 'prisma/migrations') }
const made: string[] = []

/** A database for this run: empty with our schema, or a copy of another that nobody is connected to. */
async function database(what: string, template?: string): Promise<string> {
  const name = `bench_${what}_${process.pid}`
  await admin.query(`CREATE DATABASE ${name}${template ? ` TEMPLATE ${template} STRATEGY file_copy` : ''}`)
  made.push(name)
  if (!template) await migrate(urlOf(name), migrations)
  return name
}

/** A database that later runs find again. */
async function keptDatabase(name: string): Promise<string> {
  const known = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name])
  if (known.rowCount === 0) await admin.query(`CREATE DATABASE ${name}`)
  await migrate(urlOf(name), migrations)
  return name
}

async function drop(name: string): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
}

const startOurs = (name: string) => startChild(join(folder, 'child-server.js'), port, urlOf(name), profile)
const startBare = (name: string) => startChild(join(folder, 'bare.js'), port + 1, urlOf(name))

const report: Report = {
  at: new Date().toISOString(),
  note: valueAfter('note'),
  machine: {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1024 ** 3),
    node: process.version,
    platform: process.platform,
  },
}

/** One part of the bench; the others are measured even if it fails. */
async function measure(name: Part, run: () => Promise<void>): Promise<void> {
  if (part && part !== name) return
  const start = performance.now()
  console.error(`${name} ...`)
  try {
    await run()
  } catch (error) {
    console.error(`  ${name} failed:`, error)
    report.failed = [...(report.failed ?? []), `${name} (${error instanceof Error ? error.message.slice(0, 200) : String(error)})`]
  }
  console.error(`${name} took ${((performance.now() - start) / 1000).toFixed(0)} s`)
}

const MANY = quick ? 10_000 : 100_000
const SIZES = quick ? [0, 1_000, 10_000] : [0, 1_000, 10_000, 100_000]

async function ingestPart(): Promise<void> {
  const [oursName, bareName] = [await database('ours'), await database('bare')]
  const ours = await startOurs(oursName)
  let bare: Child | undefined
  try {
    bare = await startBare(bareName)
    const rounds = quick ? { rounds: 1, seconds: 0.8 } : { rounds: 5, seconds: 1.5 }
    report.ingest = await benchIngest(ours, bare, await postmasterOf(postgres.dataDir), { ...rounds, only: valueAfter('only') })
  } finally {
    await Promise.all([ours.stop(), bare?.stop()])
    await Promise.all([drop(oursName), drop(bareName)])
  }
}

/** The long sessions, loaded once for every part that needs them. */
async function loaded(): Promise<{ name: string; filled: Filled[] }> {
  const name = await database('filled')
  const ours = await startOurs(name)
  const pool = new pg.Pool({ connectionString: urlOf(name), max: 1 })
  const filled: Filled[] = []
  try {
    for (const turns of SIZES) filled.push(await fill(ours.origin, pool, turns))
  } finally {
    await pool.end()
    await ours.stop()
  }
  return { name, filled }
}

async function comparePart(): Promise<void> {
  const name = await database('compare')
  try {
    report.compare = await benchCompare(urlOf(name), () => startOurs(name), { sessions: quick ? 10_000 : 100_000, turns: 100, samples: quick ? 40 : 100 })
  } finally {
    await drop(name)
  }
}

/** Not part of a run of everything: ten million rows take longer to make than all else together. */
async function searchPart(): Promise<void> {
  const rows = Number(valueAfter('rows') ?? (quick ? 200_000 : 10_000_000))
  const name = has('keep') ? await keptDatabase(`bench_search_${rows}`) : await database('search')
  try {
    report.search = await benchSearch(
      urlOf(name),
      () => startOurs(name),
      { rows, sessions: Math.max(20, Math.round(rows / 1_000)), samples: quick ? 20 : 40 },
      await postmasterOf(postgres.dataDir),
    )
  } finally {
    if (!has('keep')) await drop(name)
  }
}

/** Not part of a run of everything either. */
async function hugePart(): Promise<void> {
  const name = await database('huge')
  try {
    const ours = await startOurs(name)
    const pool = new pg.Pool({ connectionString: urlOf(name), max: 1 })
    let filled: Multiplied
    try {
      filled = await fillHuge(ours.origin, pool, Number(valueAfter('turns') ?? (quick ? 100_000 : 1_000_000)))
    } finally {
      await pool.end()
      await ours.stop()
    }
    report.huge = await benchHuge({ databaseUrl: urlOf(name), port: port + 2, home: join(folder, 'home'), filled, again: quick ? 1 : 3 })
  } finally {
    await drop(name)
  }
}

async function wiresPart(): Promise<void> {
  const name = await database('wires')
  const ours = await startOurs(name)
  try {
    report.wires = await benchWires(ours.origin, { samples: quick ? 50 : 300, everyMs: 5 })
  } finally {
    await ours.stop()
    await drop(name)
  }
}

/** Parts that need the long sessions. */
const ON_LONG_SESSIONS: readonly Part[] = ['opening', 'latency', 'painting']

try {
  await measure('decode', async () => {
    report.decode = benchDecode(root, { rounds: quick ? 5 : 15 })
  })
  await measure('ingest', ingestPart)
  await measure('wires', wiresPart)
  await measure('compare', comparePart)
  if (part === 'search') await measure('search', searchPart)
  if (part === 'huge') await measure('huge', hugePart)
  if (!part || ON_LONG_SESSIONS.some((one) => one === part)) {
    const { name, filled } = await loaded()
    const bareName = await database('bare_filled', name)
    const pagesName = await database('pages', name)
    const ours = await startOurs(name)
    try {
      await measure('opening', async () => {
        report.opening = await benchOpening(
          ours.origin,
          filled.filter(({ turns }) => turns > 0),
        )
      })
      await measure('latency', async () => {
        const bare = await startBare(bareName)
        const pool = new pg.Pool({ connectionString: urlOf(name), max: 1 })
        const lag: Lag = async (sessionId) => {
          const { rows } = await pool.query<{ lag: number }>('SELECT head - detected AS lag FROM session WHERE id = $1', [sessionId])
          return rows[0]?.lag ?? Number.POSITIVE_INFINITY
        }
        try {
          report.latency = await benchLatency(ours.origin, bare.origin, { turns: [0, MANY], samples: quick ? 300 : 1_000, everyMs: 5, lag })
        } finally {
          await pool.end()
          await bare.stop()
        }
      })
    } finally {
      await ours.stop()
    }
    await measure('painting', async () => {
      const { painting, pixels, frames } = await benchPainting({
        databaseUrl: urlOf(pagesName),
        port: port + 2,
        home: join(folder, 'home'),
        turns: SIZES.filter((turns) => turns > 0),
        pixelsAt: [0, MANY],
        samples: quick ? 50 : 200,
      })
      report.painting = painting
      report.pixels = pixels
      report.frames = frames
    })
  }
  console.log(printReport(report))
  console.log(JSON.stringify(report))
  await writeFile(join(folder, 'result.json'), JSON.stringify(report, null, 2))
  if (!quick && !part && !has('no-write')) await updateDocument(join(root, 'docs/performance.md'), report)
  if (report.failed) process.exitCode = 1
} finally {
  for (const name of made) await drop(name)
  await admin.end()
  await postgres.stop()
}
