import { defineConfig, type ViteUserConfig } from 'vitest/config';

/**
 * The tests that mutants are tried on: those of `src/` that run in this process. What builds, installs, starts a browser
 * or another process sees the built package or nothing of it; the fault matrix and the model cost too much for each mutant.
 */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/browser/**',
      'test/contract/**',
      'test/examples/**',
      'test/package/**',
      'test/portable/**',
      'test/scripts/**',
      'test/settings-page/**',
      'test/types/**',
      'test/faults/exit.test.ts',
      'test/faults/matrix.test.ts',
      'test/package.test.ts',
      'test/session/model.test.ts',
      'test/session/processes.test.ts',
    ],
    // The same inputs for every mutant, and as few as still find it.
    env: { TRAQ_AUTH_PROPERTY_RUNS: '200', TRAQ_AUTH_PROPERTY_SEED: '1' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
export default config;
