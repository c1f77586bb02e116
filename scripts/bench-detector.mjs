// npm run bench:detector [-- --show <n>] [-- --latency]: how right the detector is on controlled edits, and how fast.
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
process.exitCode = met ? 0 : 1
