import { relative } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { elsewhere } from '../../vitest.config.ts';

/** Runs the files first that found the mutant before, then the quick ones: the first failure is the last test of a mutant. */
class LikelyFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId, project }: TestSpecification): number => {
      const file = `${project.name}:${relative(this.ctx.config.root, moduleId)}`;
      const last = this.ctx.cache.getFileTestResults(file);
      return last?.failed ? -1 : (last?.duration ?? 0);
    };
    return files.toSorted((one, other) => rank(one) - rank(other));
  }
}

/**
 * The tests that mutants are tried on: those of `src/` that run in this process. What builds, installs, starts a browser
 * or another process sees the built package or nothing of it; the fault matrix and the model cost too much for each
 * mutant, and so do documents, a comparison held against itself, and megabytes.
 */
const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      ...elsewhere,
      'test/contract/**',
      'test/docs/**',
      'test/examples/**',
      'test/package/**',
      'test/portable/**',
      'test/scripts/**',
      'test/types/**',
      'test/faults/canary-places.test.ts',
      'test/faults/exit.test.ts',
      'test/faults/found-at-length.test.ts',
      'test/faults/matrix*.test.ts',
      'test/package.test.ts',
      'test/{page,session}/overlap.test.ts',
      'test/testing/recordings-comparison.test.ts',
      '**/processes.test.ts',
    ],
    // The same inputs for every mutant, and as few as still find it.
    env: { TRAQ_AUTH_PROPERTY_RUNS: '200', TRAQ_AUTH_PROPERTY_SEED: '1' },
    // Each run is a thread of its own, but loads the modules once for all files: that is most of what a mutant costs.
    isolate: false,
    sequence: { sequencer: LikelyFirst },
    // Many times what the slowest test takes: a mutant that lets one wait for ever is found by the test, which costs less
    // than to have the whole run cut off and its process started again.
    testTimeout: 10_000,
    hookTimeout: 10_000,
  },
});
export default config;
