import { expect, test } from 'vitest';
import { type Release, releaseProblems } from '../../scripts/release/problems.ts';

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
  ['a changelog that does not know the version', { changelog: '## Unreleased\n' }, /no "## 1\.2\.3 - <date>" on top/],
  ['a changelog without the date', { changelog: '## 1.2.3\n' }, /no "## 1\.2\.3 - <date>" on top/],
  ['a newer version on top', { changelog: '## 1.2.4 - 2026-12-02\n\n## 1.2.3 - 2026-12-01\n' }, /on top/],
  ['another repository', { repository: 'https://github.com/else/traq-auth' }, /repository is not https:\/\/github/],
  ['no repository', { manifest: { version: '1.2.3' } }, /names no repository/],
])('releaseProblems names %s', (_, change, problem) => {
  expect(releaseProblems({ ...ready, ...change })).toEqual([expect.stringMatching(problem)]);
});
