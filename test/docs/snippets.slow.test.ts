import { expect, test, vi } from 'vitest';
import { playFaults, typeFaults } from '../../scripts/docs/play.ts';
import { documentsIn, examplesIn, programsIn, type Snippet } from '../../scripts/docs/snippets.ts';
import { projectRoot } from '../support/source.ts';

// Some thirty processes, and two compilations.
vi.setConfig({ testTimeout: 300_000 });

const programs = documentsIn(projectRoot).flatMap((path) => programsIn(projectRoot, path));
const snippets = [...programs, ...examplesIn(projectRoot)];

const broken = (line: number, code: string, ...words: string[]): Snippet => ({ where: 'X.md', line, words, code });

test('every program of a document and every @example compiles', async () => {
  expect(await typeFaults(projectRoot, snippets)).toBe('');
});

test('every program of a document and every @example runs, and says nothing on stderr', async () => {
  expect(programs.length).toBeGreaterThan(10);
  expect(snippets.length).toBeGreaterThan(25);
  expect(await playFaults(projectRoot, snippets)).toEqual([]);
});

test('a snippet that does not compile is told by its line, in a page or in Node alone', async () => {
  const json = "const me = await (await traq.fetch('/users/me')).json();\nconsole.log(me.name);";
  const faults = await typeFaults(projectRoot, [
    broken(10, 'const a = 1;\nawait traq.sessions.lists();'),
    broken(20, json),
    broken(30, json, 'ts', 'page'),
  ]);
  expect(new Set(faults.match(/X\.md-.*: error/g))).toEqual(
    new Set(['X.md-10/snippet.ts(11,21): error', 'X.md-20/snippet.ts(21,13): error']),
  );
});

test('a snippet that fails, warns or asks for another network is told', async () => {
  const faults = await playFaults(projectRoot, [
    broken(1, "throw new Error('no');"),
    broken(2, "console.error('Wrong name or password');"),
    broken(3, "await fetch('https://example.com/');"),
    broken(
      4,
      "if ((await fetch('https://q.trap.jp/api/v3/version')).status !== 200 || !location) throw 1;",
      'ts',
      'page',
    ),
    broken(5, "import { expect, test } from 'vitest';\ntest('one', () => expect(1).toBe(2));"),
  ]);
  expect(faults).toEqual([
    expect.stringMatching(/^X\.md:1: ended with 1\n.*Error: no/s),
    expect.stringMatching(/^X\.md:2: ended with 0\nWrong name or password/),
    expect.stringMatching(/^X\.md:3: .*a snippet asked for https:\/\/example\.com/s),
    expect.stringMatching(/^X\.md:5: ended with 1\n.*expected 1 to be 2/s),
  ]);
});
