// Script time of the timeline's frames: `node bench/timeline/frames.mjs <base url> <session ...>`. Prints p10, p50, p95 and worst in ms; on a
// machine that does other things too, p10 is nearest to what the script itself costs.
import { chromium } from 'playwright'

process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs22.x' // makes the packed Chromium bring its own libraries
const { default: packed } = await import('@sparticuz/chromium')
const [base, ...sessions] = process.argv.slice(2)
const browser = await chromium.launch({
  executablePath: await packed.executablePath(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
})
const quantile = (values, q) => values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))]
try {
  for (const session of sessions) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    page.on('pageerror', (error) => console.log(error.message))
    await page.goto(`${base}/?s=${session}&theme=dark`)
    await page.waitForFunction(() => window.bench)
    await page.waitForTimeout(4000)
    const { foldMs, rowsMs, bars } = await page.evaluate(() => ({ foldMs: window.bench.foldMs, rowsMs: window.bench.rowsMs, bars: window.bench.bars }))
    console.log(`${session}: ${bars} bars, fold ${foldMs.toFixed(0)} ms, rows ${rowsMs.toFixed(0)} ms`)
    for (const gesture of ['pan, all in view', 'zoom in and out', 'pan, a tenth in view', 'pan, a hundredth in view']) {
      const times = await page.evaluate(async (kind) => {
        const { stage } = window
        stage.fit()
        await new Promise((done) => setTimeout(done, 400))
        if (kind.includes('tenth')) stage.move.zoomAt(600, 10)
        if (kind.includes('hundredth')) stage.move.zoomAt(600, 100)
        await new Promise((done) => setTimeout(done, 300))
        stage.timing = true
        stage.frameTimes.length = 0
        for (let i = 0; i < 90; i++) {
          await new Promise(requestAnimationFrame)
          if (kind.startsWith('zoom')) stage.move.zoomAt(600, i < 45 ? 1.1 : 1 / 1.1)
          else stage.move.panPixels(i % 30 < 15 ? 7 : -7)
        }
        stage.timing = false
        return stage.frameTimes.slice()
      }, gesture)
      console.log(
        `  ${gesture}: p10 ${quantile(times, 0.1).toFixed(1)}, p50 ${quantile(times, 0.5).toFixed(1)}, p95 ${quantile(times, 0.95).toFixed(1)}, worst ${Math.max(...times).toFixed(1)} ms (${times.length} frames)`,
      )
    }
    const feed = await page.evaluate(() => {
      const { rows, feed } = window.bench
      const last = rows.state.lastAt
      const agent = rows.lanes[1].id
      const times = []
      for (let i = 0; i < 200; i++) {
        const at = last + i * 100
        const batch = [
          { type: 'turn.started', id: `b${i}s`, sessionId: 'x', occurredAt: at, turnId: `b${i}`, agentId: agent },
          { type: 'turn.ended', id: `b${i}e`, sessionId: 'x', occurredAt: at + 80, turnId: `b${i}`, agentId: agent },
        ]
        times.push(feed(batch))
      }
      return times
    })
    console.log(`  a turn arrives: p50 ${quantile(feed, 0.5).toFixed(2)}, p95 ${quantile(feed, 0.95).toFixed(2)} ms`)
    await page.close()
  }
} finally {
  await browser.close()
}
