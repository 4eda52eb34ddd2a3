import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    globalSetup: ['test/support/prism-setup.ts'],
    include: ['test/**/*.test.ts'],
    // The counts that continuous integration closes with are taken from here.
    reporters: ['default', ['json', { outputFile: 'reports/vitest.json' }]],
  },
});
export default config;
