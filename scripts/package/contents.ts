import { readdirSync } from 'node:fs';
import { type Finding, nothing } from './finding.ts';

const names = ['index', 'browser', 'node', 'testing'];
const expected = [
  ...['package.json', 'LICENSE', 'README.md', 'README.ja.md', 'CHANGELOG.md'],
  ...names.flatMap((name) => ['js', 'js.map', 'd.ts'].map((ending) => `dist/${name}.${ending}`)),
  ...['examples', 'guides'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.(ts|md)$/.test(name))
      .map((name) => `${folder}/${name}`),
  ),
];

/** Holds the files in the tarball against the list above, and against what its READMEs link to. */
export function checkContents(files: readonly string[], links: readonly string[]): Finding {
  const missing = expected.filter((name) => !files.includes(name)).map((name) => `missing: ${name}`);
  const more = files.filter((name) => !expected.includes(name)).map((name) => `unexpected: ${name}`);
  const dead = links
    .filter((link) => !/^(https?:|#)/.test(link))
    .filter((link) => !files.some((name) => name === link || (link.endsWith('/') && name.startsWith(link))))
    .map((link) => `linked by a README, and missing: ${link}`);
  return nothing(`${expected.length} files`, [...missing, ...more, ...dead].join('\n'));
}
