import { readFileSync } from 'node:fs'

/** @type {import('next').NextConfig} */
export default {
  // Two builds of one checkout (tests beside a running server) need two folders.
  distDir: process.env.NEXT_DIST_DIR || '.next',
  reactStrictMode: true,
  poweredByHeader: false,
  // Types are checked by `npm run types`, beside the build instead of inside it.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
  // Put into the page that shows it: the server may run in any folder.
  env: { DETECTOR_DOC: readFileSync(new URL('docs/detector.md', import.meta.url), 'utf8') },
}
