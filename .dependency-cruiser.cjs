/** The import directions of docs/architecture.md, as rules. `pnpm deps:check` fails on the first import against them. */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'services-do-not-know-each-other',
      comment: 'api and worker scale and deploy apart; what both need belongs in a package.',
      severity: 'error',
      from: { path: '^services/([^/]+)/' },
      to: { path: '^services/', pathNot: '^services/$1/' },
    },
    {
      name: 'portal-imports-shared-only',
      comment: 'All that the page imports is sent to browsers.',
      severity: 'error',
      from: { path: '^services/portal/src/' },
      to: { path: '^packages/', pathNot: '^packages/shared/src/(portal/|api-keys/scopes\\.ts$)' },
    },
    {
      name: 'browser-part-stands-alone',
      comment: 'packages/shared/src/portal is sent to browsers: no library, nothing of Node.',
      severity: 'error',
      from: { path: '^packages/shared/src/portal/', pathNot: '\\.test\\.ts$' },
      to: { pathNot: '^packages/shared/src/(portal/|api-keys/scopes\\.ts$)' },
    },
    {
      name: 'packages-do-not-know-services',
      severity: 'error',
      from: { path: '^packages/' },
      to: { path: '^(services|infra)/' },
    },
    {
      name: 'shared-stands-alone',
      comment: 'packages/shared does no I/O and imports no other package of ours.',
      severity: 'error',
      from: { path: '^packages/shared/src', pathNot: '\\.test\\.ts$' },
      to: {
        path: '^(packages/(db|queue)|node:(fs|net|http|https|dns|child_process)|fs|net|http|https|dns|child_process)',
      },
    },
    {
      name: 'db-and-queue-do-not-know-each-other',
      comment: 'The queue on PostgreSQL is tested in a test database, which packages/db makes.',
      severity: 'error',
      from: { path: '^packages/(db|queue)/', pathNot: '\\.test\\.ts$|/testing/' },
      to: { path: '^packages/(db|queue)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'routes-do-not-reach-repositories',
      comment: 'route -> service -> repository: a route that queries by itself skips the rules of its service.',
      severity: 'error',
      from: { path: 'routes\\.ts$' },
      to: { path: '(repository\\.ts$|^packages/db/|/knex/|/pg/)', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'repositories-do-not-reach-up',
      severity: 'error',
      from: { path: 'repository\\.ts$' },
      to: { path: '(service|routes)\\.ts$' },
    },
    {
      name: 'bullmq-only-in-queue',
      comment:
        'Redis or PostgreSQL under the queue is decided once, in packages/queue. A yardstick is BullMQ by itself.',
      severity: 'error',
      from: {
        path: '^(services|packages/(db|shared)|infra)/',
        pathNot: '\\.test\\.ts$|/testing/|^infra/bench/src/yardsticks/',
      },
      to: { path: '(^|/)node_modules/(\\.pnpm/)?bullmq' },
    },
    {
      name: 'no-undeclared-dependency',
      severity: 'error',
      // The portal is bundled when it is built; nothing of it is installed where it runs.
      from: { path: '^(services|packages)/', pathNot: '\\.test\\.ts$|/testing/|^services/portal/' },
      // Our own packages resolve to their sources and count as undetermined; pnpm refuses those that are not declared.
      to: {
        dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev', 'unknown', 'undetermined'],
        pathNot: '^packages/',
      },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-orphans',
      comment: 'A module nothing imports is dead, or an entry point that is not named here.',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '\\.d\\.ts$',
          '(^|/)(main|index)\\.tsx?$',
          '(^|/)vite\\.config\\.ts$',
          '/theme-boot\\.js$',
          '\\.mjs$',
          '\\.cjs$',
          '\\.test\\.ts$',
        ],
      },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(services|packages|infra)/[^/]+/(dist|[.]local)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.tests.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'types', 'default'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
