import { type Finding, nothing } from './finding.ts';
import type { Installation } from './installation.ts';

const required = [
  'LICENSE',
  'README.md',
  'dist/browser.d.ts',
  'dist/browser.js',
  'dist/browser.js.map',
  'dist/index.d.ts',
  'dist/index.js',
  'dist/index.js.map',
  'dist/node.d.ts',
  'dist/node.js',
  'dist/node.js.map',
  'dist/testing.d.ts',
  'dist/testing.js',
  'dist/testing.js.map',
  'package.json',
];
/** npm takes every README along. */
const allowed = ['README.ja.md'];
const packages = ['openapi-fetch', 'openapi-typescript-helpers', 'traq-auth'];

/** Holds what is in the tarball, and what comes with it, against the lists above. */
export function checkContents(installation: Pick<Installation, 'files' | 'packages'>): Finding[] {
  return [
    nothing('files in the tarball', differences(installation.files, required, allowed), `exactly ${required.length}`),
    nothing('packages installed', differences(installation.packages, packages), `exactly ${packages.length}`),
  ];
}

function differences(found: readonly string[], wanted: readonly string[], extra: readonly string[] = []): string[] {
  return [
    ...wanted.filter((name) => !found.includes(name)).map((name) => `missing: ${name}`),
    ...found.filter((name) => !wanted.includes(name) && !extra.includes(name)).map((name) => `unexpected: ${name}`),
  ];
}
