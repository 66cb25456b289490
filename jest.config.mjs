/**
 * Tests are TypeScript ES modules, run on the sources (export condition "source"), against real PostgreSQL and real
 * Redis: the global set-up starts both on free ports, or takes DATABASE_URL and REDIS_URL where they are given.
 */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    // Its ES module imports JSON in a way that jest warns of in every test file.
    '^libphonenumber-js$': '<rootDir>/packages/shared/node_modules/libphonenumber-js/index.cjs',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  testMatch: ['<rootDir>/{packages,services,infra}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/\\.local/'],
  modulePathIgnorePatterns: ['/dist/', '/\\.local/'],
  globalSetup: '<rootDir>/infra/local/jest/global-setup.mjs',
  globalTeardown: '<rootDir>/infra/local/jest/global-teardown.mjs',
  // Real servers and real processes: one slow machine must not turn a promise kept into a failure.
  testTimeout: 30_000,
};
