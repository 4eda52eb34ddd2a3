import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { beforeAll, describe, expect, test } from 'vitest';
import { readmes } from '../../scripts/docs/snippets.ts';
import * as main from '../../src/index.ts';
import * as node from '../../src/node/index.ts';
import * as testing from '../../src/testing/index.ts';
import { projectRoot, sourcesIn } from '../support/source.ts';
import { provokedCodes } from './situations.ts';

/** The interfaces whose members users call, and what such an object is called. */
const interfaces: Readonly<Record<string, string>> = {
  TraqAuth: '',
  Sessions: 'sessions.',
  ExternalAccounts: 'externalAccounts.',
  FakeTraq: 'server.',
};

/** The functions of an object, and of the objects in it, by name. */
function functionsOf(object: object, prefix = ''): string[] {
  return Object.entries(object).flatMap(([name, value]) => {
    if (typeof value === 'function') return value.prototype instanceof Error ? [] : [prefix + name];
    return prefix === '' && /^(sessions|externalAccounts)$/.test(name) ? functionsOf(value, `${name}.`) : [];
  });
}

const methods = functionsOf(main.createTraqAuth());
const fake = testing.createFakeTraq({ users: [] });
const members = [...functionsOf({ ...main, ...node, ...testing }), ...methods, ...functionsOf(fake, 'server.')];

/** The comment of each function, and of each member of these interfaces. */
const comments = new Map(
  sourcesIn('src')
    .flatMap(({ nodes }) => nodes)
    .flatMap((declaration): [string, string][] => {
      if (ts.isFunctionDeclaration(declaration)) return [[`${declaration.name?.text}`, declaration.getFullText()]];
      const prefix = ts.isInterfaceDeclaration(declaration) && interfaces[declaration.name.text];
      if (typeof prefix !== 'string' || !ts.isInterfaceDeclaration(declaration)) return [];
      return declaration.members.map((member) => [`${prefix}${member.name?.getText()}`, member.getFullText()]);
    }),
);

/** The codes that a member's `@throws` list; each begins with them and a dash. */
function listedBy(member: string): string[] {
  const lists = (comments.get(member) ?? '').split('@throws ').slice(1);
  return lists.flatMap((list) => /^(`\w+`(?:, `\w+`)*) - \S/.exec(list)?.[1]?.match(/\w+/g) ?? [`in "${list}"`]);
}

/** The `POST /login` and `login` of a member's comment. */
function routeOf(member: string): string[] {
  return /`([A-Z]+ \/\S*)` \(operationId `(\w+)`\)/.exec(comments.get(member) ?? '')?.slice(1) ?? [];
}

describe('@throws', { timeout: 120_000 }, () => {
  let provoked: ReadonlyMap<string, ReadonlySet<string>>;
  beforeAll(async () => {
    provoked = await provokedCodes();
  });

  test('every public function and method has its situations', () => {
    expect([...provoked.keys()].sort()).toEqual([...members].sort());
  });

  test.each(members)('%s throws the codes that its comment lists, each once, and no other (E2)', (member) => {
    expect(listedBy(member).sort()).toEqual([...(provoked.get(member) ?? [])].sort());
  });
});

test('each of the seven operations has its route and operationId in the comment', () => {
  const operations = methods.flatMap((member) =>
    routeOf(member)
      .slice(1)
      .map((operation) => `${member} ${operation}`),
  );
  expect(operations.sort()).toEqual([
    'externalAccounts.link linkExternalAccount',
    'externalAccounts.list getMyExternalAccounts',
    'externalAccounts.unlink unlinkExternalAccount',
    'login login',
    'logout logout',
    'sessions.list getMySessions',
    'sessions.revoke revokeMySession',
  ]);
});

test.each(readmes)(
  'the table of methods in %s has every method, its route, and its codes with those of all',
  (path) => {
    const table = readFileSync(join(projectRoot, path), 'utf8').matchAll(
      /^\| `([\w.]+)\(.*?` +\| (.*?) +\| (.*?) +\|/gm,
    );
    const codesIn = (cell = ''): string[] => cell.match(/\w+/g) ?? [];
    const [, everyMethod] =
      /^\| [^|]+\| +\| (`invalid_argument.*?) \|/m.exec(readFileSync(join(projectRoot, path), 'utf8')) ?? [];
    const rows = [...table].map(([, member = '', route = '', codes]) => {
      const [said] = /(?<=`)[A-Z]+ .*(?=`)/.exec(route) ?? [];
      return { member, route: said, codes: [...codesIn(codes), ...codesIn(everyMethod)].sort() };
    });
    // A listener that is no function is the only thing that it refuses.
    const expected = methods
      .filter((member) => member !== 'onSessionChange')
      .map((member) => ({ member, route: routeOf(member)[0], codes: listedBy(member).sort() }));
    expect(rows).toEqual(expect.arrayContaining(expected));
    expect(rows).toHaveLength(expected.length);
  },
);
