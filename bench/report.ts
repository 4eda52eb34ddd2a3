import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { cpus, type } from 'node:os';
import { resolve } from 'node:path';
import { quantile } from '../scripts/package/import-time.ts';
import { runNode } from '../scripts/package/run.ts';
import { type Figures, ownCost } from './budgets.ts';
import { type ContestantName, contestants } from './contestants.ts';
import { overParts, type Slices, type Spread } from './slices.ts';

const README = 'bench/README.md';

const names = Object.keys(contestants) as ContestantName[];
const packages = ['openapi-fetch', 'fetch-cookie', '@traptitech/traq', 'axios', 'ky'];

/** The figures as a table for people. */
export function toMarkdown(figures: Figures): string {
  const { stub, loopback, imports } = figures;
  const heads = [
    '',
    'own cost per call',
    '… of openapi-fetch',
    '… of @traptitech/traq',
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
      show(slowness(loopback['1'], name)),
      show(slowness(loopback['32'], name)),
      name in imports ? `${quantile(imports[name as keyof typeof imports], 0.5).toFixed(1)} ms` : '',
    ];
  });
  return [heads, heads.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
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

/** Puts what a command has measured into the README, in place of what it wrote before. */
export async function writeReadme(command: string, text: string): Promise<void> {
  const readme = await readFile(README, 'utf8');
  const begin = `<!-- written by ${command} -->`;
  const [before, rest] = readme.split(begin);
  const end = rest?.indexOf('<!-- end -->') ?? -1;
  if (before === undefined || rest === undefined || end < 0) throw new Error(`${README} must have ${begin} and an end`);
  await writeFile(README, `${before}${begin}\n\n${text}\n\n${rest.slice(end)}`);
  await runNode([resolve('node_modules/@biomejs/biome/bin/biome'), 'format', '--write', README]);
}
