import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import packageJson from '../../package.json' with { type: 'json' };
import { projectRoot } from '../support/source.ts';

interface Job {
  readonly permissions?: Record<string, string>;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: { readonly matrix: { readonly node: readonly string[] } };
  readonly steps: readonly { readonly uses?: string; readonly run?: string }[];
}
interface Workflow {
  readonly permissions?: Record<string, string>;
  readonly jobs: Record<string, Job>;
}

const folder = join(projectRoot, '.github/workflows');
const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  return { name, text, workflow: parse(text) as Workflow };
});
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ id: `${name} ${id}`, job })),
);

test('every workflow may read the code and no more, but for what one job needs', () => {
  expect(workflows.map(({ name, workflow }) => [name, workflow.permissions])).toEqual([
    ['ci.yml', { contents: 'read' }],
    ['release.yml', { contents: 'read' }],
    ['spec-drift.yml', { contents: 'read' }],
  ]);
  expect(jobs.filter(({ job }) => job.permissions).map(({ id, job }) => [id, job.permissions])).toEqual([
    ['release.yml publish', { 'id-token': 'write' }],
    ['spec-drift.yml compare', { contents: 'read', issues: 'write' }],
  ]);
});

test('every action is pinned by its commit, and says of which version that is', () => {
  const uses = workflows.flatMap(({ text }) => text.match(/uses:.*/g) ?? []);
  expect(uses.length).toBeGreaterThan(5);
  expect(uses.filter((line) => !/^uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
});

test('every job ends in time, and names scripts that exist, as .ci/run does', () => {
  expect(jobs.filter(({ job }) => job['timeout-minutes'] === undefined)).toEqual([]);
  const commands = jobs.flatMap(({ job }) => job.steps.map(({ run = '' }) => run));
  expect(commands.filter((run) => run === 'bash .ci/run')).toHaveLength(2);
  commands.push(readFileSync(join(projectRoot, '.ci/run'), 'utf8'));
  const scripts = commands.flatMap((run) => [...run.matchAll(/npm (?:run )?([\w:]+)/g)].map(([, name = '']) => name));
  const known = new Set([...Object.keys(packageJson.scripts), 'ci', 'publish']);
  expect(scripts.filter((name) => !known.has(name))).toEqual([]);
});

test('no command has an expression of GitHub in it, where a title or a branch could become code', () => {
  const commands = jobs.flatMap(({ job }) => job.steps.map(({ run = '' }) => run));
  expect(commands.filter((run) => run.includes('${{'))).toEqual([]);
});

test('ci.yml tests on every version of Node that the package supports, the oldest exactly', () => {
  const { node = [] } = workflows.find(({ name }) => name === 'ci.yml')?.workflow.jobs['test']?.strategy?.matrix ?? {};
  expect(`^${node[0]} || >=22.12`).toBe(packageJson.engines.node);
  expect(node.slice(1)).toEqual(['22', '24', '26']);
});
