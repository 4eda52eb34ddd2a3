import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkContents } from '../../scripts/package/contents.ts';
import { atMost, nothing, toReport } from '../../scripts/package/finding.ts';
import { checkExports, checkPrograms } from '../../scripts/package/programs.ts';

/** A folder in which the built package is installed, and can be broken. */
function installed(): { root: string; write(path: string, text: string): void } {
  const root = mkdtempSync(join(tmpdir(), 'check-package-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const at = join(root, 'node_modules/traq-auth');
  for (const name of ['dist', 'package.json']) cpSync(name, join(at, name), { recursive: true });
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers']) {
    cpSync(`node_modules/${name}`, join(root, 'node_modules', name), { recursive: true });
  }
  mkdirSync(join(root, 'reports'));
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
  return { root, write: (path, text) => writeFileSync(join(at, path), text) };
}

test('checkContents names a file too many and one too few', () => {
  const { ok, details } = checkContents(['dist/internal.js']);
  expect(ok).toBe(false);
  expect(details).toContain('unexpected: dist/internal.js');
  expect(details).toContain('missing: dist/index.js');
});

test('checkExports finds the exports of the built package as they should be, and names one that is gone', async () => {
  const { root, write } = installed();
  expect(await checkExports(root)).toMatchObject({ ok: true, details: '' });
  write('dist/node.js', 'export const other = 1;\n');
  const { ok, details } = await checkExports(root);
  expect(ok).toBe(false);
  expect(details).toMatch(/traq-auth\/node(.|\n)*fileSessionStore/);
});

test('checkPrograms runs the READMEs that came with a package, on that package, and names what fails', async () => {
  const { root, write } = installed();
  write('README.md', '```ts\nawait traq.sessions.list();\n```\n');
  write('README.ja.md', "```ts\nconsole.error(import.meta.resolve('traq-auth'));\n```\n");
  const { ok, what, details } = await checkPrograms(root);
  expect({ ok, what }).toEqual({ ok: false, what: '2 programs of the READMEs, run' });
  expect(details).toMatch(/^README\.ja\.md:2: ended with 0\n/);
  expect(details).toContain(`/${basename(root)}/node_modules/traq-auth/dist/index.js`);
  for (const name of ['README.md', 'README.ja.md']) write(name, '');
  expect(await checkPrograms(root)).toMatchObject({ ok: false, details: 'there is none' });
});

test('toReport marks each miss, takes a budget itself and what is above it by its noise, and says what is wrong', () => {
  const noisy = atMost('time', 2.5, 2, String, 0.5);
  const report = toReport([
    nothing('types', 'TS2322 in a.ts'),
    atMost('size', 2, 2, String),
    noisy,
    atMost('x', 3, 2, String),
  ]);
  expect(report.split('\n')).toEqual([
    'MISS  types: wrong',
    'TS2322 in a.ts',
    'ok    size: 2, at most 2',
    'ok    time: 2.5 ± 0.5, at most 2',
    'MISS  x: 3, at most 2',
    '',
  ]);
});
