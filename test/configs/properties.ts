import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The properties alone, for as many runs as `TRAQ_AUTH_PROPERTY_RUNS` says: `npm test` has time for 400 of each. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/properties/**/*.test.ts'],
    maxWorkers: '100%',
    silent: 'passed-only',
    reporters: ['minimal', ['json', { outputFile: 'reports/vitest-properties.json' }]],
  },
});
export default config;
