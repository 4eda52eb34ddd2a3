import { fileURLToPath } from 'node:url';
import type { UserConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What the page may do, as its server says it; index.html says the same, but for what only a header can. */
const policy: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const headers: Record<string, string> = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
};

/** The page's build, and its servers. Where the API is, `serve.ts` adds. */
const config: UserConfig = {
  root: at('.'),
  // The built package, as its users get it.
  resolve: { alias: { 'traq-auth': at('../../dist/index.js') } },
  server: { host: '127.0.0.1', headers, fs: { allow: [at('../..')] }, hmr: { overlay: false } },
  preview: { host: '127.0.0.1', headers },
  build: {
    // What knows light-dark(), the youngest of what the page uses.
    target: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
    outDir: at('dist'),
    emptyOutDir: true,
    // One script and one style sheet: nothing to preload, and no image small enough to be written into them.
    modulePreload: false,
    assetsInlineLimit: 0,
  },
};
export default config;
