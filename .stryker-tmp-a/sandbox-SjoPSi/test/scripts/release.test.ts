import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Release, releaseProblems } from '../../scripts/release/problems.ts';
import { digestOf, uploadIn } from '../../scripts/release/upload.ts';
import { projectRoot } from '../support/source.ts';

const ready: Release = {
  manifest: { version: '1.2.3', repository: { url: 'git+https://github.com/Someone/traq-auth.git' } },
  changelog: '# Changelog\n\n## Unreleased\n\n## 1.2.3 - 2026-12-01\n\nMore.\n\n## 1.2.2 - 2026-11-24\n',
  tag: 'v1.2.3',
  repository: 'https://github.com/someone/traq-auth',
};

test('releaseProblems finds nothing wrong with a release that is ready', () => {
  expect(releaseProblems(ready)).toEqual([]);
  expect(releaseProblems({ ...ready, tag: undefined, repository: undefined })).toEqual([]);
});

test.each<[string, Partial<Release>, RegExp]>([
  ['a tag of another version', { tag: 'v1.2.4' }, /The tag is v1\.2\.4, and package\.json says 1\.2\.3/],
  ['a tag without its v', { tag: '1.2.3' }, /The tag is 1\.2\.3/],
  ['a changelog that does not know the version', { changelog: '## Unreleased\n' }, /no "## 1\.2\.3 - <date>" on top/],
  ['a changelog without the date', { changelog: '## 1.2.3\n' }, /no "## 1\.2\.3 - <date>" on top/],
  ['a newer version on top', { changelog: '## 1.2.4 - 2026-12-02\n\n## 1.2.3 - 2026-12-01\n' }, /on top/],
  ['another repository', { repository: 'https://github.com/else/traq-auth' }, /repository is not https:\/\/github/],
  ['no repository', { manifest: { version: '1.2.3' } }, /names no repository/],
  [
    'no repository, where it is not known either',
    { manifest: { version: '1.2.3' }, repository: undefined },
    /names no/,
  ],
])('releaseProblems names %s', (_, change, problem) => {
  expect(releaseProblems({ ...ready, ...change })).toEqual([expect.stringMatching(problem)]);
});

test('uploadIn reads what npm 10 prints, and what npm 11 does', () => {
  const upload = { name: 'traq-auth', version: '1.2.3', files: [], integrity: 'sha512-x' };
  expect(uploadIn(JSON.stringify(upload))).toEqual(upload);
  expect(uploadIn(JSON.stringify({ 'traq-auth': upload }))).toEqual(upload);
  expect(() => uploadIn('{}')).toThrow('npm printed no upload');
});

test('digestOf gives the digest as npm and as sha512sum write it', async () => {
  const file = join(projectRoot, 'LICENSE');
  const bytes = readFileSync(file);
  expect(await digestOf(file)).toEqual({
    integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}`,
    hex: createHash('sha512').update(bytes).digest('hex'),
  });
});
