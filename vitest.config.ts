import { defineConfig } from 'vitest/config';

/**
 * Tests that start a Temporal server, sandboxes or a trainer. On two cores two of them at once make each other time out,
 * so they run one file at a time, after the light ones.
 */
const heavy = [
  'test/{chaos,cli,e2e,replay,workers,workflows}/**/*.test.ts',
  'test/infra/{sandbox,temporal}/**/*.test.ts',
  'test/infra/setup/sandbox*.test.ts',
  'test/activities/adapters/**/*.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    coverage: {
      provider: 'v8',
      reporter: ['text-summary', 'html'],
      include: ['{activities,cli,domain,infra,workers}/**/*.ts'],
    },
    projects: [
      {
        extends: true,
        test: { name: 'light', include: ['test/**/*.test.ts'], exclude: heavy, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: { name: 'heavy', include: heavy, maxWorkers: 1, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
