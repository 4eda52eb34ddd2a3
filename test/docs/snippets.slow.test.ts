import { expect, test } from 'vitest';
import { faultsOf, playAll, typeCheck } from '../../scripts/docs/play.ts';
import type { Snippet } from '../../scripts/docs/snippet.ts';
import { projectRoot } from '../support/source.ts';

const snippet = (code: string, ...words: string[]): Snippet => ({
  where: 'X.md',
  line: 10,
  language: 'ts',
  words,
  code,
});

test('check:docs tells the line of what does not compile', async () => {
  const broken = [
    snippet('const a = 1;\nawait traq.sessions.lists();'),
    snippet("const parts = ['a'];\nconst first: string = parts[0];"),
    snippet("const { url } = await traq.externalAccounts.link('github');"),
    // Where there is Node alone, what came as JSON is unknown.
    snippet("const me = await (await traq.fetch('/users/me')).json();\nconsole.log(me.name);"),
    snippet("const me = await (await traq.fetch('/users/me')).json();\nconsole.log(me.name);", 'page'),
  ];
  expect(await typeCheck(projectRoot, broken)).toEqual([
    expect.stringMatching(/^X\.md:11: Property 'lists' does not exist/),
    expect.stringMatching(/^X\.md:11: Type 'string \| undefined' is not assignable/),
    expect.stringMatching(/^X\.md:11: 'me' is of type 'unknown'/),
  ]);
});

test('check:docs tells what does not run: an error, a word on stderr, another network, a login twice', async () => {
  const snippets = [
    snippet("throw new Error('no');"),
    snippet("console.error('Wrong name or password');"),
    snippet("await fetch('https://example.com/');"),
    snippet("await traq.login({ name: 'alice', password });\nawait traq.login({ name: 'alice', password });"),
    snippet("console.log((await fetch('https://q.trap.jp/api/v3/version')).status, location.href);", 'page'),
  ];
  const plays = await playAll(projectRoot, snippets);
  const faults = faultsOf(plays);
  expect(faults).toHaveLength(4);
  expect(faults[0]).toMatch(/^X\.md:10: ended with 1\n.*Error: no/s);
  expect(faults[1]).toMatch(/ended with 0\n {4}Wrong name or password/);
  expect(faults[2]).toMatch(/a snippet asked for https:\/\/example\.com/);
  expect(faults[3]).toMatch(/already_logged_in/);
  expect(plays[4]?.out).toBe('200 https://traq.example.com/settings\n');
});
