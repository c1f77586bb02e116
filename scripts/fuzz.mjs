// Proves token ownership: npm run fuzz [-- <edits> [<seed>]]; without a seed the clock chooses one and it is printed.
import { loadTypeScript } from './load-typescript.mjs'

const edits = Number(process.argv[2] ?? 1_000_000)
const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_000)
if (!Number.isSafeInteger(edits) || edits < 1 || !Number.isSafeInteger(seed)) {
  console.error('Usage: npm run fuzz [-- <edits> [<seed>]], both whole numbers.')
  process.exit(2)
}
const { fuzzArtifacts } = await loadTypeScript('lib/core/testing/fuzz.ts')
console.log(`${edits.toLocaleString('en')} edits, seed ${seed}`)
const began = performance.now()
const perSecond = (done) => Math.round(done / ((performance.now() - began) / 1000)).toLocaleString('en')
let told = 0
try {
  const report = fuzzArtifacts({
    edits,
    seed,
    progress(done) {
      if (performance.now() - told < 5000) return
      told = performance.now()
      console.log(`  ${done.toLocaleString('en')} edits, ${perSecond(done)} a second`)
    },
  })
  const kinds = [...report.kinds].sort((a, b) => b[1] - a[1]).map(([kind, count]) => `${count.toLocaleString('en')} ${kind}`)
  console.log(`${report.edits.toLocaleString('en')} edits (${kinds.join('; ')})`)
  console.log(`${report.compared.toLocaleString('en')} token owners compared, every one right; ${perSecond(report.edits)} edits a second`)
} catch (error) {
  console.error(`Ownership and oracle part. Repeat with: npm run fuzz -- ${edits} ${seed}\n${error.message}`)
  process.exit(1)
}
