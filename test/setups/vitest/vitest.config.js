import { defineConfig } from 'vitest/config';

const page = (environment) => ({ test: { name: environment, environment, include: ['page.test.js'] } });

export default defineConfig({
  test: { projects: [page('jsdom'), page('happy-dom'), { test: { name: 'node', include: ['clock.test.js'] } }] },
});
