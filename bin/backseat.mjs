#!/usr/bin/env node
// Written so that every Node that knows modules can read it, and be told what it lacks.
// biome-ignore lint/style/useNodejsImportProtocol: Node 12 does not know the protocol
import { readFileSync } from 'fs'

const needed = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).engines.node
const supervised = process.argv.includes('--dev') && process.env.BACKSEAT_SUPERVISED === undefined

/** Understands what package.json says: `^20.19.0 || ^22.12.0 || >=24.0.0`. */
function satisfies(version, ranges) {
  const has = version.split('.').map(Number)
  return ranges.split('||').some((range) => {
    const wants = range.match(/\d+/g).map(Number)
    if (range.includes('^') && has[0] !== wants[0]) return false
    const differs = wants.findIndex((want, place) => want !== has[place])
    return differs === -1 || has[differs] > wants[differs]
  })
}

if (!satisfies(process.versions.node, needed)) {
  const versions = needed.match(/[\d.]+/g).join(', ')
  console.error(`Backseat does not run on Node ${process.versions.node}: it needs one of ${versions}, or a later release of the same line.`)
  console.error('Nothing was changed. Install a current Node from https://nodejs.org and start again.')
  process.exit(1)
}

import('../scripts/bundle.mjs')
  .then((bundle) => (supervised ? bundle.supervise() : bundle.run()))
  .catch((error) => {
    console.error(error.plain ? error.message : error)
    process.exit(1)
  })
