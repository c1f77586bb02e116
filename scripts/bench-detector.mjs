// npm run bench:detector [-- --show <n>] [-- --latency | --accuracy]: how right the detector is on controlled edits, and how fast.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { join } from 'node:path'
import { loadTypeScript } from './load-typescript.mjs'

const args = process.argv.slice(2)
const root = join(import.meta.dirname, '..')
const show = args.includes('--show') ? Number(args[args.indexOf('--show') + 1] ?? 5) : 0
let met = true
if (!args.includes('--latency')) {
  const { benchmark } = await loadTypeScript('bench/detector/main.ts')
  met = await benchmark(root, show)
}
if (!args.includes('--accuracy')) {
  // memory is only told after garbage is gone
  setFlagsFromString('--expose-gc')
  globalThis.gc = runInNewContext('gc')
  const { latency } = await loadTypeScript('bench/detector/latency.ts')
  console.log()
  met = (await latency(args.includes('--only') ? args[args.indexOf('--only') + 1] : '')) && met
}
process.exitCode = met ? 0 : 1
