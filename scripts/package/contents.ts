import { readdirSync } from 'node:fs';
import { type Finding, nothing } from './finding.ts';

const names = ['index', 'browser', 'node', 'testing'];
const expected = [
  ...['package.json', 'LICENSE', 'README.md', 'README.ja.md', 'CHANGELOG.md'],
  ...readdirSync('guides').map((name) => `guides/${name}`),
  ...readdirSync('examples').flatMap((name) => (name.endsWith('.ts') ? `examples/${name}` : [])),
  ...names.flatMap((name) => ['js', 'js.map', 'd.ts'].map((ending) => `dist/${name}.${ending}`)),
];

/** Holds the files in the tarball against the list above. */
export function checkContents(files: readonly string[]): Finding {
  const missing = expected.filter((name) => !files.includes(name)).map((name) => `missing: ${name}`);
  const more = files.filter((name) => !expected.includes(name)).map((name) => `unexpected: ${name}`);
  return nothing(`${expected.length} files`, [...missing, ...more].join('\n'));
}
