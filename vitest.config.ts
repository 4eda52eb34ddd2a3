import { availableParallelism } from 'node:os';
import { playwright } from '@vitest/browser-playwright';
import {
  defineConfig,
  type TestProjectInlineConfiguration,
  type ViteUserConfig,
  type ViteUserConfigFnPromise,
} from 'vitest/config';
import { findBrowser } from './test/browser/find-browser.ts';
import { stagePlugin } from './test/browser/stage-plugin.ts';

// Far beyond what any test takes, so that a busy machine fails none.
const limits = { testTimeout: 60_000, hookTimeout: 60_000 };

/** What has a command of its own, or runs in a browser. */
export const elsewhere: string[] = [
  'test/browser/**',
  'test/page-program/**',
  'test/setups/**',
  'test/settings-page/**',
  '**/*.slow.test.ts',
];

const node: TestProjectInlineConfiguration = {
  test: {
    name: 'node',
    ...limits,
    // Modules are loaded once for all files: to load them anew for each file costs more than many files do.
    isolate: false,
    include: ['test/**/*.test.ts'],
    exclude: elsewhere,
    globalSetup: ['test/support/prism-setup.ts'],
  },
};

async function browser(): Promise<TestProjectInlineConfiguration[]> {
  const launchOptions = await findBrowser();
  if (launchOptions === undefined) {
    const lack = 'No browser: the tests in test/browser need an installed Chrome (on Linux x64 npm brings one)';
    if (process.env['CI']) throw new Error(lack);
    console.warn(`\n${'*'.repeat(lack.length)}\n${lack}\nThey are SKIPPED.\n${'*'.repeat(lack.length)}\n`);
    return [];
  }
  return [
    {
      plugins: [stagePlugin()],
      // A frame in a sandbox is of no origin, and has to load modules all the same.
      server: { cors: true },
      // Found out beforehand: a dependency found during the run would have the page reload.
      optimizeDeps: { include: ['openapi-fetch'] },
      test: {
        name: 'browser',
        ...limits,
        include: ['test/browser/**/*.test.ts'],
        browser: {
          enabled: true,
          provider: playwright({ launchOptions }),
          instances: [{ browser: 'chromium' }],
          headless: true,
          api: { host: '127.0.0.1' },
          screenshotFailures: false,
        },
      },
    },
  ];
}

const config: ViteUserConfigFnPromise = defineConfig(
  async (): Promise<ViteUserConfig> => ({
    test: {
      // One more than there are processors, since some tests wait for processes and connections to end.
      maxWorkers: availableParallelism() + 1,
      projects: [node, ...(await browser())],
      // `npm test` asks for it: no line and no branch of the sources may go untested.
      coverage: {
        provider: 'v8',
        include: ['src/**/*.ts'],
        // Names the files that fall short, and no other.
        reporter: [['text', { skipFull: true }], 'html'],
        thresholds: { 100: true },
      },
      // Failures alone, and what passing tests print not at all. Continuous integration closes with the counts in the file.
      silent: 'passed-only',
      reporters: ['minimal', ['json', { outputFile: 'reports/vitest.json' }]],
    },
  }),
);
export default config;
