import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The settings page, as a person uses it, in a real browser. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/settings-page/**/*.test.ts'],
    globalSetup: ['test/settings-page/setup.ts'],
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    silent: 'passed-only',
    reporters: ['minimal', ['json', { outputFile: 'reports/vitest-settings-page.json' }]],
  },
});
export default config;
