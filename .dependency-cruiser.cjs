// Who may import whom (docs/architecture.md). Downwards only, no circles, type imports included.
const layers = [
  ['core', 'http'],
  ['malls', 'accounts', 'shoppers', 'events', 'spend'],
  ['segments', 'messages', 'tracking'],
  ['campaigns'],
  ['sends'],
  ['journeys', 'experiments'],
  ['reports', 'support'],
]
const at = (names) => `^server/(${names.join('|')})/`
const upwards = layers.slice(0, -1).map((names, i) => ({
  name: `layer-${names[0]}-imports-downwards`,
  severity: 'error',
  from: { path: at(names) },
  to: { path: at(layers.slice(i + 1).flat()) },
}))
const external = (name, pattern, allowedFrom) => ({
  name,
  severity: 'error',
  from: { path: '^(server|jobs|config|sandbox|scripts|bench)/', pathNot: allowedFrom },
  to: { path: pattern },
})

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    ...upwards,
    {
      name: 'core-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^server/core/' },
      to: { path: '^(server/(?!core/)|jobs|config|sandbox)' },
    },
    {
      name: 'only-container-knows-adapters',
      severity: 'error',
      from: { path: '^(server|jobs|config)/', pathNot: '^server/(container\\.ts|adapters/)' },
      to: { path: '^server/adapters/' },
    },
    {
      name: 'adapters-know-ports-and-core',
      severity: 'error',
      from: { path: '^server/adapters/' },
      to: {
        path: '^(server/(?!core/|adapters/|[a-z]+/[a-z-]+-(port|client|relay)\\.ts)|jobs|config|sandbox)',
      },
    },
    {
      name: 'jobs-import-the-container-only',
      severity: 'error',
      from: { path: '^jobs/' },
      to: { path: '^server/(?!container\\.ts|core/)' },
    },
    {
      name: 'sandbox-stands-alone',
      severity: 'error',
      from: { path: '^sandbox/' },
      to: { path: '^(server|jobs|config)/' },
    },
    {
      name: 'nothing-imports-the-sandbox',
      severity: 'error',
      from: { path: '^(server|jobs|config)/' },
      to: { path: '^sandbox/' },
    },
    external(
      'express-at-the-edge-only',
      'node_modules/express/',
      '^(server/(app|main|web-app)\\.ts|server/http/|server/[a-z]+/[a-z-]+-(routes|passport)\\.ts|sandbox/|bench/)',
    ),
    external(
      'mongoose-in-stores-and-config',
      'node_modules/(mongoose|mongodb)/',
      '^(server/[a-z]+/[a-z-]+-store\\.ts|config/|bench/|server/http/[a-z-]+-store\\.ts)',
    ),
    external('mail-in-its-adapter', 'node_modules/nodemailer/', '^server/adapters/mail/'),
    external('metrics-in-one-place', 'node_modules/prom-client/', '^(server/core/metrics\\.ts|bench/)'),
    external('axios-in-adapters', 'node_modules/axios/', '^(server/adapters/|sandbox/|bench/|scripts/)'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)node_modules/@types' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
