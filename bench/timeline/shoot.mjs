// Pictures of the timeline: `node bench/timeline/shoot.mjs <base url> <folder> [name=query ...]`; a name that ends in -phone is 390x844.
import { chromium } from 'playwright'

process.env.AWS_EXECUTION_ENV ??= 'AWS_Lambda_nodejs22.x' // makes the packed Chromium bring its own libraries
const { default: packed } = await import('@sparticuz/chromium')
const [base, folder, ...shots] = process.argv.slice(2)
const browser = await chromium.launch({
  executablePath: await packed.executablePath(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
})
try {
  for (const shot of shots) {
    const [name, query] = [shot.slice(0, shot.indexOf('=')), shot.slice(shot.indexOf('=') + 1)]
    const phone = name.endsWith('-phone')
    const page = await browser.newPage({
      viewport: phone ? { width: 390, height: 844 } : { width: 1440, height: 900 },
      deviceScaleFactor: phone ? 2 : 1,
      colorScheme: query.includes('theme=dark') ? 'dark' : 'light',
    })
    page.on('pageerror', (error) => console.log(`${name}: ${error.message}`))
    page.on('console', (message) => message.type() === 'error' && console.log(`${name}: ${message.text()}`))
    await page.goto(`${base}/?${query}`)
    await page.waitForFunction(() => window.bench)
    await page.waitForTimeout(900)
    const bench = await page.evaluate(() => ({ ...window.bench, rows: undefined, feed: undefined, later: undefined }))
    console.log(name, JSON.stringify(bench))
    await page.screenshot({ path: `${folder}/${name}.png` })
    await page.close()
  }
} finally {
  await browser.close()
}
