import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, type } from 'node:os';
import { resolve } from 'node:path';
import { quantile } from '../scripts/package/import-time.ts';
import { runNode } from '../scripts/package/run.ts';
import { type Figures, ownCost, ownCostOfEach } from './budgets.ts';
import { type ContestantName, contestants } from './contestants.ts';
import { operationNames } from './operations.ts';
import { overParts, type Slices, type Spread } from './slices.ts';
import type { Upload } from './uploads.ts';

const README = 'bench/README.md';

const names = Object.keys(contestants) as ContestantName[];
const packages = ['openapi-fetch', 'fetch-cookie', '@traptitech/traq', 'axios', 'ky'];

/** The figures as a table for people. */
export function toMarkdown(figures: Figures): string {
  return [clientsTable(figures), operationsTable(figures), uploadsTable(figures)].join('\n\n');
}

/** Each operation by itself: this client's own cost as a share of openapi-fetch's. */
function operationsTable({ each }: Figures): string {
  const rows = operationNames.map((operation) => [
    operation,
    show(ownCostOfEach(each, operation, 'traq-auth', 'openapi-fetch')),
    show(ownCostOfEach(each, operation, 'raw fetch again', 'openapi-fetch')),
  ]);
  return tableOf(['own cost, of openapi-fetch', 'traq-auth', 'raw fetch again'], rows);
}

function uploadsTable({ uploads: { plain, traq } }: Figures): string {
  const row = (name: string, { memory, firstByteMs }: Upload): string[] => [
    name,
    `${(memory / 1e6).toFixed(0)} MB`,
    (memory / plain.memory).toFixed(2),
    `${firstByteMs.toFixed(0)} ms`,
  ];
  const rows = [row('plain fetch', plain), row('traq.fetch', traq)];
  return tableOf(['upload of 200 MB', 'memory at most', '… of plain fetch', 'first byte after'], rows);
}

function tableOf(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function clientsTable({ stub, allocated, loopback, imports }: Figures): string {
  const heads = [
    '',
    'own cost per call',
    '… of openapi-fetch',
    '… of @traptitech/traq',
    'allocated per call',
    'loopback, 1 in flight',
    'loopback, 32 in flight',
    'import',
  ];
  const rows = names.map((name) => {
    const isRaw = name === 'raw fetch';
    const microseconds = overParts(stub, (best) => (best[name] - best['raw fetch']) / 1000);
    return [
      name,
      isRaw
        ? `(${overParts(stub, (best) => best[name] / 1000).median.toFixed(1)} µs in all)`
        : show(microseconds, ' µs', 1),
      isRaw ? '0' : show(ownCost(stub, name, 'openapi-fetch')),
      isRaw ? '0' : show(ownCost(stub, name, '@traptitech/traq')),
      `${allocated[name].toFixed(1)} KiB`,
      show(slowness(loopback['1'], name)),
      show(slowness(loopback['32'], name)),
      name in imports ? `${quantile(imports[name as keyof typeof imports], 0.5).toFixed(1)} ms` : '',
    ];
  });
  return tableOf(heads, rows);
}

function slowness(slices: Slices<ContestantName> | undefined, name: ContestantName): Spread {
  if (slices === undefined) throw new Error('nothing was measured over loopback');
  return overParts(slices, (best) => best[name] / best['raw fetch']);
}

/** A figure with its range, or alone where there is none to speak of. */
function show({ median, low, high }: Spread, unit = '', digits = 2): string {
  const [middle, from, to] = [median, low, high].map((value) => value.toFixed(digits));
  return from === to ? `${middle}${unit}` : `${middle}${unit} (${from}–${to})`;
}

/** What the figures were measured on. */
export function machine(): string {
  const require = createRequire(import.meta.url);
  const versions = packages.map((name) => {
    const path = require.resolve(name).replace(/(.*node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+).*/, '$1');
    const { version } = require(`${path}/package.json`) as { version: string };
    return `${name} ${version}`;
  });
  const [cpu] = cpus();
  return [
    `${cpus().length} × ${cpu?.model.trim() ?? 'unknown processor'}, ${type()}, Node ${process.version}`,
    ...versions,
  ].join('; ');
}

/** Puts what was measured into the README, in place of what it said before. */
export async function writeReadme(text: string): Promise<void> {
  const readme = await readFile(README, 'utf8');
  const begin = '<!-- written by npm run bench -->';
  const [before, rest] = readme.split(begin);
  const end = rest?.indexOf('<!-- end -->') ?? -1;
  if (before === undefined || rest === undefined || end < 0) throw new Error(`${README} must have ${begin} and an end`);
  await writeFile(README, `${before}${begin}\n\n${text}\n\n${rest.slice(end)}`);
  await runNode([resolve('node_modules/@biomejs/biome/bin/biome'), 'format', '--write', README]);
}
