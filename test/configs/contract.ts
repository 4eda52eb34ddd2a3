import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** The contract tests alone, as `npm run test:mutants` runs them on broken copies. */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/contract/**/*.test.ts'],
    globalSetup: ['test/support/prism-setup.ts'],
    cache: false,
    reporters: ['json'],
  },
});
export default config;
