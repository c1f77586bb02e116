/**
 * Imports go down only. Type-only imports count. The levels:
 *   4 app, server.ts, bin, e2e
 *   3 components, lib/ingest, lib/http, lib/live/server, lib/cli
 *   2 lib/store, lib/auth, lib/formats, lib/timeline, lib/view, lib/sample, lib/live/client, lib/live/session-store
 *   1 lib/live/protocol
 *   0 lib/core
 */
const TESTS = '\\.test\\.tsx?$|/testing/'
const LIVE_SERVER = '^lib/live/server'
const LIVE_PROTOCOL = '^lib/live/protocol'
const LEVEL_4 = '^(app|bin|e2e|server\\.ts)'
const LEVEL_3 = `^(components|lib/ingest|lib/http|lib/cli)/|${LIVE_SERVER}`
const SERVER_SIDE = `^lib/(store|ingest|auth|http|cli|generated)/|${LIVE_SERVER}`
const NODE_MODULES = '(^|/)node_modules/'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one idea, or hide a third.',
      severity: 'error',
      from: { pathNot: NODE_MODULES },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'nothing-unresolved',
      comment: 'An import that leads nowhere would silently escape every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'core-is-pure',
      comment: 'lib/core knows zod and itself: no node:, no clock, no I/O, nothing above it.',
      severity: 'error',
      from: { path: '^lib/core/', pathNot: TESTS },
      to: { pathNot: '^lib/core/|(^|/)node_modules/zod/' },
    },
    {
      name: 'protocol-stands-on-core',
      severity: 'error',
      from: { path: LIVE_PROTOCOL, pathNot: TESTS },
      to: { pathNot: `^lib/core/|${LIVE_PROTOCOL}|${NODE_MODULES}` },
    },
    {
      name: 'level-2-looks-down',
      comment: 'store, auth, formats, timeline, view, sample and the live client stand on level 1 and 0, and beside each other.',
      severity: 'error',
      from: { path: '^lib/', pathNot: [LEVEL_3, TESTS] },
      to: { path: [LEVEL_3, LEVEL_4] },
    },
    {
      name: 'level-3-looks-down',
      severity: 'error',
      from: { path: LEVEL_3, pathNot: TESTS },
      to: { path: LEVEL_4 },
    },
    {
      name: 'browser-stays-in-the-browser',
      comment: 'Not even through others: what a component reaches is sent to the browser.',
      severity: 'error',
      from: { path: '^components/|^lib/(timeline|view)/|^lib/live/(client|session-store)', pathNot: TESTS },
      to: { path: SERVER_SIDE, reachable: true },
    },
    {
      name: 'pages-ask-the-api',
      comment: 'Pages are built by Next; the server is another module graph. They meet at the API only.',
      severity: 'error',
      from: { path: '^app/', pathNot: TESTS },
      to: { path: SERVER_SIDE, reachable: true },
    },
    {
      name: 'only-store-and-auth-know-prisma',
      severity: 'error',
      from: { path: '^(app|components|lib|bin|server\\.ts)', pathNot: '^lib/(store|auth|generated)/' },
      to: { path: '^lib/generated/|(^|/)node_modules/(@prisma/|prisma/)' },
    },
    {
      name: 'react-and-next-stay-on-top',
      severity: 'error',
      from: { path: '^lib/', pathNot: [LEVEL_3, TESTS, '^lib/generated/'] },
      to: { path: '(^|/)node_modules/(react|react-dom|next|@tanstack/react-[^/]+|@base-ui/react|lucide-react|recharts)/' },
    },
    {
      name: 'tests-help-tests-only',
      comment: 'What lies in a testing folder, and test libraries, are not part of the product.',
      severity: 'error',
      from: { path: '^(app|components|lib|bin|server\\.ts)', pathNot: TESTS },
      to: { path: `${TESTS}|(^|/)node_modules/(vitest|fast-check|@playwright/[^/]+|playwright)/`, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'declared-packages-only',
      severity: 'error',
      from: { path: '^(app|components|lib|bin|server\\.ts)', pathNot: [TESTS, '^lib/generated/'] },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'], pathNot: '(^|/)node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.next[^/]*|\\.data)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
}
