import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runNode } from '../../scripts/package/run.ts';
import { projectRoot } from '../support/source.ts';

// Each run is some thirty processes and two compilations.
vi.setConfig({ testTimeout: 300_000 });

/** What the command reads, but for what is large and not its own. */
const copied = [
  ...['README.md', 'README.ja.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', 'LICENSE'],
  ...['package.json', 'tsconfig.json', 'examples', 'generated', 'guides', 'openapi', 'scripts', 'src', 'test'],
];

/** A copy of the project, in which things can be broken. */
function copy(): { readonly root: string; edit(path: string, from: string, to: string): void } {
  const root = mkdtempSync(join(tmpdir(), 'check-docs-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const name of copied) cpSync(join(projectRoot, name), join(root, name), { recursive: true });
  for (const name of ['dist', 'node_modules']) symlinkSync(join(projectRoot, name), join(root, name), 'junction');
  return {
    root,
    edit(path, from, to) {
      const text = readFileSync(join(root, path), 'utf8');
      expect(text).toContain(from);
      writeFileSync(join(root, path), text.replace(from, to));
    },
  };
}

/** Runs the command on a copy, without its build. */
async function checkDocs(root: string): Promise<{ status: number; lines: string[] }> {
  const { status, output } = await runNode(['--import', 'tsx', 'scripts/check-docs.ts'], root);
  return { status, lines: output.split('\n') };
}

test('check:docs finds nothing wrong with the documents, has run their code, and ends with 0', async () => {
  const { status, lines } = await checkDocs(copy().root);
  expect(lines.slice(0, 5)).toEqual(['documents: ok', 'READMEs: ok', '@throws: ok', 'types: ok', 'runs: ok']);
  expect(Number.parseInt(lines[5] ?? '', 10)).toBeGreaterThan(25);
  expect(status).toBe(0);
});

test('check:docs ends with 1, and says where, when a fence, a @throws or a README is wrong', async () => {
  const { root, edit } = copy();
  for (const path of ['README.md', 'README.ja.md']) edit(path, 'await traq.logout();', 'await traq.logOut();');
  edit('src/client.ts', '`already_logged_in` - ', '`already_linked` - ');
  edit('README.ja.md', "assert.equal(server.sessionsOf('alice').length, 1);", '');
  const { status, lines } = await checkDocs(root);
  expect(lines).toEqual(
    expect.arrayContaining(['documents: ok', '@throws: 2 wrong', 'types: 2 wrong', 'runs: 2 wrong']),
  );
  const faults = lines.join('\n');
  expect(faults).toMatch(/ {2}README\.md:\d+: Property 'logOut' does not exist/);
  expect(faults).toMatch(/ {2}src\/client\.ts:\d+: login: @throws lists already_linked, which no test provokes/);
  expect(faults).toMatch(/ {2}src\/client\.ts:\d+: login: @throws lacks already_logged_in, which a test provokes/);
  expect(faults).toMatch(/ {2}README\.ja\.md:\d+: lacks the code/);
  expect(status).toBe(1);
});
