import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The fault matrix in full, of which `npm test` has time for a slice only. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/faults/matrix*.test.ts'],
    maxWorkers: '100%',
    // Far beyond what starting a server takes, so that a busy machine fails none.
    hookTimeout: 60_000,
    env: { TRAQ_AUTH_FAULTS: 'all' },
    silent: 'passed-only',
    reporters: ['minimal', ['json', { outputFile: 'reports/vitest-faults.json' }]],
  },
});
export default config;
