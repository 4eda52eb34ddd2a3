import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exampleFaults, languageFaults, README, README_JA, readDocuments } from '../../scripts/docs/documents.ts';
import { type Markdown, readMarkdown } from '../../scripts/docs/markdown.ts';
import { readComments } from '../../scripts/docs/public-api.ts';
import { readmeFaults } from '../../scripts/docs/readmes.ts';
import { methodTableFaults, readmeStatements, referenceFaults } from '../../scripts/docs/statements.ts';
import { throwsFaults } from '../../scripts/docs/throws.ts';
import { projectRoot } from '../support/source.ts';
import { provokedCodes } from './situations.ts';

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
const readme = readMarkdown(README, read(README));
const { members } = readComments(projectRoot);

/** The Japanese README after an edit that must find its place. */
function edited(from: string | RegExp, to: string, path: string = README_JA): Markdown {
  const text = read(path);
  const after = text.replace(from, to);
  expect(after).not.toBe(text);
  return readMarkdown(path, after);
}

describe('the READMEs', () => {
  test('README.ja.md says the same as README.md', () => {
    expect(readmeFaults(readme, readMarkdown(README_JA, read(README_JA)))).toEqual([]);
  });

  test.each([
    ['a heading that is gone', /\n### .*\n/, '\n', /has \d+ headings/],
    ['another depth of heading', '\n### ', '\n## ', /has a heading of depth 2, and/],
    ['another command', 'npm install traq-auth', 'npm install traq', /lacks the code\nsh\nnpm install traq-auth, of/],
    ['another line of code', 'await traq.logout();', 'await traq.logout(1);', /has the code\nts\n(.|\n)*logout\(1\)/],
    ['another word behind a fence', '```ts page', '```ts', /lacks the code\nts page\n/],
    ['a code that is gone from a table', '`already_linked` ', '', /lacks `already_linked`, of README\.md:\d+$/],
    ['another link', '(CHANGELOG.md)', '(SECURITY.md)', /has SECURITY\.md, .*\n.*lacks CHANGELOG\.md, of/],
    ['an item more', '\n### ', '\n- なにか\n\n### ', /has an item of a list, and/],
  ])('README.ja.md is told apart by %s', (_, from, to, fault) => {
    expect(readmeFaults(readme, edited(from, to)).join('\n')).toMatch(fault);
  });

  test('README.ja.md may word its comments in another way', () => {
    expect(readmeFaults(readme, edited(/ \/\/ .*\n/, ' // ほかの言い方\n'))).toEqual([]);
    expect(readmeFaults(readme, edited(/ +# .*\n/, ' # ほかの言い方\n'))).toEqual([]);
  });

  test.each([README, README_JA])('%s states what the code, package.json and the contract say', (path) => {
    const markdown = readMarkdown(path, read(path));
    expect(readmeStatements(projectRoot, markdown)).toEqual([]);
    expect(methodTableFaults(markdown, members)).toEqual([]);
  });

  test.each([
    ['a wrong commit', '`ac297a77`', '`00000000`', /does not say `ac297a77`/],
    ['a page more', '\n## ', `${'\n'.repeat(100)}\n## `, /lines, more than 175/],
  ])('README.md is refused for %s', (_, from, to, fault) => {
    expect(readmeStatements(projectRoot, edited(from, to, README)).join('\n')).toMatch(fault);
  });

  test.each([
    ['a code too few', '`already_linked` ', '', 'externalAccounts.link: the table lacks already_linked'],
    ['a code too many', '`not_linked` ', '`not_linked` `already_linked` ', 'unlink: it does not throw already_linked'],
    ['another route', '`POST /logout`', '`GET /logout`', 'logout: the route is POST /logout'],
    [
      'a method too few',
      /\| `sessions.revoke.*\n/,
      '',
      'sessions.revoke: the route is DELETE /users/me/sessions/{sessionId}, not in',
    ],
    ['a method too many', '| `cookieHeader()`', '| `cookies()`', 'there is no method cookies'],
  ])('README.md is refused for a table of methods with %s', (_, from, to, fault) => {
    expect(methodTableFaults(edited(from, to, README), members).join('\n')).toContain(fault);
  });
});

describe('every document', () => {
  test('every document names commands and files that exist, and the language of its fences', () => {
    const documents = readDocuments(projectRoot);
    expect(documents.map(({ path }) => path)).toEqual(expect.arrayContaining([README, README_JA, 'CONTRIBUTING.md']));
    const faults = documents.flatMap((document) => [
      ...languageFaults(document),
      ...referenceFaults(projectRoot, document),
    ]);
    expect([...faults, ...exampleFaults(projectRoot)]).toEqual([]);
  });

  test('CONTRIBUTING.md shows every folder of src, scripts and test', () => {
    const { sections } = readMarkdown('CONTRIBUTING.md', read('CONTRIBUTING.md'));
    const map = sections.find(({ heading }) => heading === 'Where things are');
    const shown = new Set(map?.codeSpans.flatMap((path) => path.match(/[^/]+(?=\/)/g) ?? []));
    const met = ['src', 'scripts', 'test'].flatMap((parent) =>
      readdirSync(join(projectRoot, parent), { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name),
    );
    expect(met.filter((name) => !shown.has(name))).toEqual([]);
    expect(met.length).toBeGreaterThan(20);
  });

  test('a document is refused for a command, a link or a language that is not known', () => {
    const document = readMarkdown(
      'X.md',
      '# X\n\n`npm run nothing` [x](nowhere.md)\n\n```sh\nnpm ci && npm run no\n```\n\n```\nx\n```\n',
    );
    expect(referenceFaults(projectRoot, document)).toEqual([
      'X.md:1: there is no "npm run no"',
      'X.md:1: there is no "npm run nothing"',
      'X.md:1: there is no nowhere.md',
    ]);
    expect(languageFaults(document)).toEqual(['X.md:10: a fence of ""; known are ts, js, sh, text']);
  });
});

describe('@throws', () => {
  test('every member throws the codes that its comment lists, and no other (E2)', { timeout: 120_000 }, async () => {
    const provoked = await provokedCodes();
    expect(throwsFaults(members, provoked)).toEqual([]);
    const listed = members.map((member) =>
      member.name === 'logout' ? { ...member, codes: [...member.codes, 'unknown_provider'] } : member,
    );
    expect(throwsFaults(listed, provoked)).toEqual([
      expect.stringContaining('logout: @throws lists unknown_provider, which no test provokes'),
    ]);
    const unlisted = members.map((member) =>
      member.name === 'logout' ? { ...member, codes: member.codes.filter((code) => code !== 'timeout') } : member,
    );
    expect(throwsFaults(unlisted, provoked)).toEqual([
      expect.stringContaining('logout: @throws lacks timeout, which a test provokes'),
    ]);
  });

  test('a member that no test provokes, and a test of no member, are told', () => {
    const [member] = members;
    expect(throwsFaults(member === undefined ? [] : [member], new Map([['sign', new Set()]]))).toEqual([
      'test/docs/situations.ts: sign is provoked, and no member of the package',
      expect.stringContaining(`${member?.name} is not provoked in test/docs/situations.ts`),
    ]);
  });

  test('each of the seven operations has its route and operationId in the comment', () => {
    const routed = members.filter(({ operationId }) => operationId !== undefined);
    expect(routed.map(({ name, operationId }) => `${name} ${operationId}`).sort()).toEqual([
      'externalAccounts.link linkExternalAccount',
      'externalAccounts.list getMyExternalAccounts',
      'externalAccounts.unlink unlinkExternalAccount',
      'login login',
      'logout logout',
      'sessions.list getMySessions',
      'sessions.revoke revokeMySession',
    ]);
  });
});
