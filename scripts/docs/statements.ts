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

interface Row {
  readonly route: string | undefined;
  readonly codes: readonly string[];
}

interface Manifest {
  readonly scripts: Record<string, string>;
  readonly engines: { readonly node: string };
}

function readManifest(root: string): Manifest {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
}

/** Commands that a document names and the project has not; and links to files that are not there. */
export function referenceFaults(root: string, { path, sections }: Markdown): string[] {
  const { scripts } = readManifest(root);
  return sections.flatMap(({ line, fences, codeSpans, links }) => {
    const shell = fences.filter(({ language }) => language === 'sh').flatMap(({ code }) => code.split(/\n|&&/));
    const commands = [...shell, ...codeSpans].flatMap(
      (text) => /^\s*npm (?:run )?(?:--silent )?(\S+)/.exec(text)?.[1] ?? [],
    );
    const missing = commands.filter((name) => scripts[name] === undefined && !npmVerbs.includes(name));
    const dead = links
      .filter((link) => !/^(https?:|#)/.test(link))
      .filter((link) => !existsSync(join(root, dirname(path), link.replace(/#.*/, ''))));
    return [...missing.map((name) => `"npm run ${name}"`), ...dead].map(
      (what) => `${path}:${line}: there is no ${what}`,
    );
  });
}

/** What a README says that other files know better: the contract's source, the versions of Node, its own length. */
export function readmeStatements(root: string, { path, lines, sections }: Markdown): string[] {
  const said = sections.flatMap(({ codeSpans }) => codeSpans);
  const { commit, sha256, date } = readRecord(readFileSync(join(root, 'openapi/traq-auth.source.json'), 'utf8'));
  const facts = [commit ?? sha256.slice(0, 12), date, readManifest(root).engines.node];
  return [
    ...(lines > README_LINES ? [`${path}: ${lines} lines, more than ${README_LINES}`] : []),
    ...facts.filter((fact) => !said.includes(fact)).map((fact) => `${path}: does not say \`${fact}\``),
  ];
}

/**
 * Holds the table of methods against the comments: a row for each method of the client, with its route, and its codes
 * together with those of the row for every method.
 */
export function methodTableFaults({ path, sections }: Markdown, members: readonly Member[]): string[] {
  const methods = members.filter(({ name }) => !/^(isTraqError$|onSessionChange$|server|create|file)/.test(name));
  const tables = sections.flatMap(({ tables: found }) => found);
  const table = tables.find((rows) => rows.some(([cell]) => cell?.[0] === 'sessions.list()')) ?? [];
  const rows = new Map<string, Row>(
    table.slice(1).map(([member = [], route = [], codes = []]) => {
      return [member[0]?.replace(/\(.*$/, '') ?? EVERY_METHOD, { route: route[0], codes }];
    }),
  );
  const names = [EVERY_METHOD, ...methods.map(({ name }) => name)];
  const faults = [...rows.keys()].filter((name) => !names.includes(name)).map((name) => `there is no method ${name}`);
  for (const { name, route, codes } of methods) {
    const row = rows.get(name) ?? { route: 'in no row', codes: [] };
    const said = new Set([...row.codes, ...(rows.get(EVERY_METHOD)?.codes ?? [])]);
    if (row.route !== route) faults.push(`${name}: the route is ${route ?? 'none of the seven'}, not ${row.route}`);
    for (const code of codes) if (!said.delete(code)) faults.push(`${name}: the table lacks ${code}`);
    for (const code of said) faults.push(`${name}: it does not throw ${code}`);
  }
  return faults.map((fault) => `${path}: ${fault}`);
}
