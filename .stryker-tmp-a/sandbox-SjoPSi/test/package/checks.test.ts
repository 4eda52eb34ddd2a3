import { copyFileSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkContents } from '../../scripts/package/contents.ts';
import { checkExports } from '../../scripts/package/exports.ts';
import { atMost, nothing, toReport } from '../../scripts/package/finding.ts';
import { checkPrograms } from '../../scripts/package/programs.ts';

const packages = ['openapi-fetch', 'openapi-typescript-helpers', 'traq-auth'];

test('checkContents names a file too many and one too few', () => {
  const [files] = checkContents({ files: ['dist/internal.js'], packages });
  expect(files?.ok).toBe(false);
  expect(files?.details).toContain('unexpected: dist/internal.js');
  expect(files?.details).toContain('missing: dist/index.js');
});

test('checkContents names a package too many', () => {
  const [, installed] = checkContents({ files: [], packages: [...packages, 'left-pad'] });
  expect(installed).toMatchObject({ ok: false, details: 'unexpected: left-pad' });
});

// By the package's own name, which leads to what is built.
test('checkExports finds the exports of the built package as they should be', async () => {
  expect(await checkExports('.')).toMatchObject({ ok: true, details: '' });
});

test('checkExports names an export that is not as expected, for import and for require', async () => {
  const finding = await checkExports('.', { 'traq-auth/node': ['fileSessionStore', 'gone'] });
  expect(finding.ok).toBe(false);
  expect(finding.details).toContain('import of traq-auth/node has fileSessionStore');
  expect(finding.details).toContain('require of traq-auth/node has fileSessionStore');
});

test('checkPrograms runs the READMEs that came with a package, on that package, and names what fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'check-programs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  copyFileSync('package.json', join(folder, 'package.json'));
  cpSync('dist', join(folder, 'dist'), { recursive: true });
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'junction');
  writeFileSync(join(folder, 'README.md'), '```ts\nawait traq.sessions.list();\n```\n');
  writeFileSync(join(folder, 'README.ja.md'), "```ts\nconsole.error(import.meta.resolve('traq-auth'));\n```\n");
  const { ok, what, details } = await checkPrograms(folder);
  expect({ ok, what }).toEqual({ ok: false, what: '2 programs of the READMEs, run' });
  expect(details).toMatch(/^README\.ja\.md:2: ended with 0\n/);
  expect(details).toContain(`/${basename(folder)}/dist/index.js`);
  writeFileSync(join(folder, 'README.ja.md'), '');
  expect(await checkPrograms(folder)).toMatchObject({ ok: true });
  writeFileSync(join(folder, 'README.md'), '');
  expect(await checkPrograms(folder)).toMatchObject({ ok: false, details: 'there is none' });
});

test('atMost takes the budget itself, and nothing above it', () => {
  expect(atMost('size', 25, 25, String).ok).toBe(true);
  expect(atMost('size', 25.1, 25, String)).toMatchObject({ ok: false, figure: '25.1', budget: '≤ 25' });
});

test('toReport marks each miss, and says below the table what is wrong', () => {
  const report = toReport([nothing('types', ['TS2322 in a.ts']), atMost('size', 1, 2, String)]);
  expect(report.split('\n')).toEqual([
    '      what   figure   budget',
    'MISS  types  1 wrong  no fault',
    'ok    size   1        ≤ 2',
    '',
    'types:',
    'TS2322 in a.ts',
  ]);
});
