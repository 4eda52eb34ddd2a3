import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The fault matrix in full, of which `npm test` has time for a slice only. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/faults/matrix.test.ts'],
    env: { TRAQ_AUTH_FAULTS: 'all' },
    reporters: ['default', ['json', { outputFile: 'reports/vitest-faults.json' }]],
  },
});
export default config;
