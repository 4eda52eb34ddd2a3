// Measures the built package against other ways to call the same API, and writes the table into bench/README.md.
// `--quick` takes less than a minute and writes nothing; `--check` fails if a budget is missed by more than the noise.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { toReport } from '../scripts/package/finding.ts';
import { measureImports } from '../scripts/package/import-time.ts';
import { runNode } from '../scripts/package/run.ts';
import { budgets, type Figures } from './budgets.ts';
import type { Measurement, MeasureOptions } from './measure.ts';
import { machine, toMarkdown, writeReadme } from './report.ts';
import { measureUploads } from './uploads.ts';

const quick = process.argv.includes('--quick');
const check = process.argv.includes('--check');

const warmUpMs = quick ? 150 : 400;
const options: MeasureOptions = {
  // Shorter than what a busy machine gives another process at a time.
  stub: { rounds: quick ? 500 : 2500, sliceMs: 2, warmUpMs },
  each: { rounds: quick ? 150 : 600, sliceMs: 2, warmUpMs },
  loopback: { rounds: quick ? 15 : 150, sliceMs: quick ? 10 : 20, warmUpMs },
};

/** The sources' import of the client becomes one of the package, by its own name: what is built is what is measured. */
const measureBuilt: Plugin = {
  name: 'measure-built',
  setup({ onResolve }) {
    onResolve({ filter: /\/src\/index\.ts$/ }, () => ({ path: 'traq-auth', external: true }));
  },
};

async function measureBuild(): Promise<Measurement & Pick<Figures, 'uploads'>> {
  // Beside the reports, from where packages are found; without tsx, whose transforms cost time.
  await mkdir('reports', { recursive: true });
  const outdir = await mkdtemp(resolve('reports/bench-'));
  try {
    const entryPoints = ['bench/measure.ts', 'bench/stub-server.ts', 'bench/upload.ts'];
    const common = { bundle: true, format: 'esm', platform: 'node', packages: 'external', target: 'node20' } as const;
    await build({ ...common, entryPoints, outdir, plugins: [measureBuilt] });
    const flags = ['--max-semi-space-size=128'];
    const { status, stdout, output } = await runNode([...flags, `${outdir}/measure.js`, JSON.stringify(options)]);
    if (status !== 0) throw new Error(output);
    const uploads = await measureUploads(`${outdir}/upload.js`, quick ? 1 : 5);
    return { ...(JSON.parse(stdout) as Measurement), uploads };
  } finally {
    await rm(outdir, { recursive: true, force: true });
  }
}

const ours = { 'traq-auth': ['traq-auth'], 'openapi-fetch': ['openapi-fetch'] };
const others = {
  'openapi-fetch + fetch-cookie': ['openapi-fetch', 'fetch-cookie'],
  '@traptitech/traq': ['@traptitech/traq'],
  ky: ['ky'],
};
const imports = {
  ...(await measureImports('.', ours, quick ? 15 : 61)),
  ...(await measureImports('.', others, quick ? 5 : 15)),
};
const figures = { ...(await measureBuild()), imports };
const table = toMarkdown(figures);
const findings = budgets(figures);
console.log(`${table}\n\n${machine()}\n\n${toReport(findings)}`);
if (!quick) await writeReadme(`${table}\n\n${machine()}.`);
if (check && findings.some(({ ok }) => !ok)) process.exitCode = 1;
