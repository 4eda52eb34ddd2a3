import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The models of the session and of pages at length, for as many histories as `MODEL_RUNS` says: `npm test` has time for few. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/{page,session}/overlap.test.ts'],
    env: { MODEL_RUNS: process.env['MODEL_RUNS'] ?? '2000' },
    // Each says the seed that it can be repeated with, by MODEL_SEED.
    reporters: ['default', ['json', { outputFile: 'reports/vitest-soak.json' }]],
  },
});
export default config;
