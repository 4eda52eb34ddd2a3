import { fileURLToPath } from 'node:url';
import type { Plugin, UserConfig } from 'vite';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What the page may do: run its own script, look as its own style sheet says, and talk to its own origin. */
const sources: readonly string[] = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
];
/** No text ever becomes HTML or a script; what Vite adds to reload the page while one works on it knows no better. */
const trustedTypes: readonly string[] = ["require-trusted-types-for 'script'", "trusted-types 'none'"];
/** Only a header can say this. */
const frames = "frame-ancestors 'none'";

/** Writes the policy into the page, for servers that send no header of the kind. */
const policyInPage: Plugin = {
  name: 'policy-in-page',
  transformIndexHtml: (_html, { server }) => {
    const content = [...sources, ...(server === undefined ? trustedTypes : [])].join('; ');
    return [{ tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content }, injectTo: 'head-prepend' }];
  },
};

function headers(...policy: string[]): Record<string, string> {
  return {
    'content-security-policy': policy.join('; '),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
  };
}

/** The page's build, and its servers. Where the API is, `serve.ts` adds. */
const config: UserConfig = {
  root: at('.'),
  // The built package, as its users get it.
  resolve: { alias: { 'traq-auth/browser': at('../../dist/browser.js') } },
  // Found out beforehand: found out while somebody logs in, it would have the page reload.
  optimizeDeps: { include: ['openapi-fetch'] },
  plugins: [policyInPage],
  server: {
    host: '127.0.0.1',
    headers: headers(...sources, frames),
    fs: { allow: [at('../..')] },
    hmr: { overlay: false },
  },
  preview: { host: '127.0.0.1', headers: headers(...sources, ...trustedTypes, frames) },
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
