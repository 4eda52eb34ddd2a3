import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** What the documents state, held against the code, and every program in them, compiled and run. */
const config: ViteUserConfig = defineConfig({ test: { include: ['test/docs/**/*.test.ts'] } });
export default config;
