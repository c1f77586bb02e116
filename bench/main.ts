import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startPostgres } from '@/lib/store/postgres/launch'
import { migrate } from '@/lib/store/postgres/migrate'
import { startChild } from './child'
import { benchIngest } from './ingest'
import { benchLatency } from './latency'
import { benchOpening } from './opening'
import { benchPainting } from './painting'
import { printReport, type Report, updateDocument } from './report'

/**
 * npm run bench [-- --quick] [-- --note "the machine was busy"] [-- --part ingest|latency|opening|painting] [-- --only 100x8] [-- --profile] [-- --no-write]
 * Everything on the loopback, in .data/bench, some four minutes.
 */
const folder = process.env.BENCH_FOLDER ?? ''
const root = process.env.BENCH_ROOT ?? ''
const has = (flag: string) => process.argv.includes(`--${flag}`)
const valueAfter = (flag: string) => (has(flag) ? process.argv[process.argv.indexOf(`--${flag}`) + 1] : undefined)
const quick = has('quick')
const part = valueAfter('part')
const port = Number(process.env.BENCH_PORT ?? 4870)

const postgres = await startPostgres({ dataDir: join(folder, 'postgres') })
const databases = { ours: `bench_ours_${process.pid}`, bare: `bench_bare_${process.pid}`, pages: `bench_pages_${process.pid}` }
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

try {
  for (const name of Object.values(databases)) {
    await admin.query(`CREATE DATABASE ${name}`)
    await migrate(urlOf(name), { folder: join(root, 'prisma/migrations') })
  }
  const startOurs = () => startChild(join(folder, 'child-server.js'), port, urlOf(databases.ours), profile)
  let ours = await startOurs()
  const bare = await startChild(join(folder, 'bare.js'), port + 1, urlOf(databases.bare))
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
  try {
    if (!part || part === 'ingest')
      report.ingest = await benchIngest(ours, bare, await postmasterOf(postgres.dataDir), { rounds: quick ? 1 : 5, seconds: quick ? 0.8 : 1.5, only: valueAfter('only') })
    if (!part || part === 'latency')
      report.latency = await benchLatency(ours.origin, bare.origin, { turns: quick ? [0, 10_000] : [0, 100_000], samples: quick ? 300 : 1_000, everyMs: 5 })
    if (!part || part === 'opening') {
      report.opening = await benchOpening(ours.origin, quick ? [1_000, 10_000] : [1_000, 10_000, 100_000], async () => {
        await ours.stop()
        ours = await startOurs()
      })
    }
    if (!part || part === 'painting') {
      const { painting, pixels } = await benchPainting({
        databaseUrl: urlOf(databases.pages),
        port: port + 2,
        home: join(folder, 'home'),
        turns: quick ? [1_000, 10_000] : [1_000, 10_000, 100_000],
        pixelsAt: quick ? [0, 10_000] : [0, 100_000],
        samples: quick ? 50 : 200,
      })
      report.painting = painting
      report.pixels = pixels
    }
  } finally {
    await ours.stop()
    await bare.stop()
  }
  console.log(printReport(report))
  console.log(JSON.stringify(report))
  await writeFile(join(folder, 'result.json'), JSON.stringify(report, null, 2))
  if (!quick && !part && !has('no-write')) await updateDocument(join(root, 'docs/performance.md'), report)
} finally {
  for (const name of Object.values(databases)) await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await admin.end()
  await postgres.stop()
}
