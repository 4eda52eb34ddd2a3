import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The settings page, as a person uses it, and the README's program for a page, in a real browser. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/settings-page/**/*.test.ts', 'test/page-program/**/*.test.ts'],
    globalSetup: ['test/settings-page/setup.ts'],
    maxWorkers: '100%',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    silent: 'passed-only',
    reporters: ['minimal', ['json', { outputFile: 'reports/vitest-settings-page.json' }]],
  },
});
export default config;
