export default {
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/cdk\\.out/', '/build/'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/build'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '<rootDir>/test/tooling/esbuild-transform.mjs' },
  // Half the cores, the default, leaves one idle where there are two.
  maxWorkers: '100%',
  testTimeout: 60_000,
};
