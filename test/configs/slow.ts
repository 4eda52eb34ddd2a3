import { defineConfig, type ViteUserConfig } from 'vitest/config';

// What would take `npm test` past its time: run by itself, and in continuous integration.
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.slow.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: '100%',
    silent: 'passed-only',
    reporters: ['minimal', ['json', { outputFile: 'reports/vitest-slow.json' }]],
  },
});
export default config;
