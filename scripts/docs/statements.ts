import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readRecord } from '../contract/source-record.ts';
import type { Markdown } from './markdown.ts';
import type { Member } from './public-api.ts';

/** The longest that a README may be, in lines: who meets the project has five minutes. */
const README_LINES = 175;
/** What npm knows without a script of the project's. */
const npmVerbs = ['ci', 'install', 'test', 'version'];
/** The row of the table of methods that counts for all of them. */
const EVERY_METHOD = '*';

/** Commands that a document names and the project has not; and links to files that are not there. */
export function referenceFaults(root: string, { path, sections }: Markdown): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  return sections.flatMap(({ line, fences, codeSpans, links }) => {
    const shell = fences.filter(({ language }) => language === 'sh').flatMap(({ code }) => code.split(/\n|&&/));
    const commands = [...shell, ...codeSpans].flatMap(
      (text) => /^\s*npm (?:run )?(?:--silent )?(\S+)/.exec(text)?.[1] ?? [],
    );
    const missing = commands.filter((name) => scripts[name] === undefined && !npmVerbs.includes(name));
    const dead = links
      .filter((link) => !/^(https?:|#)/.test(link))
      .filter((link) => !existsSync(join(root, dirname(path), link.replace(/#.*/, ''))));
    return [
      ...missing.map((name) => `${path}:${line}: there is no "npm run ${name}"`),
      ...dead.map((link) => `${path}:${line}: there is no ${link}`),
    ];
  });
}

/** What a README says that other files know better: the contract's source, the versions of Node, its own length. */
export function readmeStatements(root: string, { path, lines, sections }: Markdown): string[] {
  const said = sections.flatMap(({ codeSpans }) => codeSpans);
  const { commit, sha256, date } = readRecord(readFileSync(join(root, 'openapi/traq-auth.source.json'), 'utf8'));
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { engines: { node: string } };
  const wanted = [commit ?? sha256.slice(0, 12), date];
  return [
    ...(lines > README_LINES ? [`${path}: ${lines} lines, more than ${README_LINES}`] : []),
    ...wanted
      .filter((fact) => !said.includes(fact))
      .map((fact) => `${path}: does not say \`${fact}\`, of openapi/traq-auth.source.json`),
    ...(said.includes(engines.node) ? [] : [`${path}: does not say \`${engines.node}\`, of package.json`]),
  ];
}

/**
 * Holds the table of methods against the comments: a row for each method that makes a call, with its route, and its codes
 * together with those of the row for every method.
 */
export function methodTableFaults({ path, sections }: Markdown, members: readonly Member[]): string[] {
  const methods = members.filter(
    ({ name, where }) => !/^(isTraqError$|onSessionChange$|server|create|file)/.test(name) && where.startsWith('src/'),
  );
  const tables = sections
    .flatMap(({ tables: found }) => found)
    .filter(([header, ...rows]) => header && rows.some(([cell]) => cell?.[0] === 'sessions.list()'));
  const [table] = tables;
  if (table === undefined || tables.length > 1) return [`${path}: has ${tables.length} tables of methods, not one`];
  const rows = new Map(
    table.slice(1).map(([member = [], route = [], codes = []]) => [nameOf(member[0]), { route: route[0], codes }]),
  );
  const shared = rows.get(EVERY_METHOD)?.codes ?? [];
  const names = new Set([EVERY_METHOD, ...methods.map(({ name }) => name)]);
  return [
    ...[...rows.keys()].filter((name) => !names.has(name)).map((name) => `${path}: there is no method ${name}`),
    ...methods.flatMap(({ name, route, codes }) => {
      const row = rows.get(name);
      if (row === undefined) return [`${path}: the table of methods lacks ${name}`];
      const said = new Set([...row.codes, ...shared]);
      return [
        ...(row.route === route ? [] : [`${path}: ${name}: the route is ${route ?? 'none of the seven'}`]),
        ...codes.filter((code) => !said.has(code)).map((code) => `${path}: ${name}: the table lacks ${code}`),
        ...[...said]
          .filter((code) => !codes.includes(code))
          .map((code) => `${path}: ${name}: it does not throw ${code}`),
      ];
    }),
  ];
}

/** `login({ name, password })` → `login`. */
function nameOf(cell: string | undefined): string {
  return cell?.replace(/\(.*$/, '') ?? EVERY_METHOD;
}
