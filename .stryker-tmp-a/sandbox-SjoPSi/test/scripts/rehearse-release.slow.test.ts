import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { releaseProblems } from '../../scripts/release/problems.ts';
import { digestOf } from '../../scripts/release/upload.ts';
import { projectRoot } from '../support/source.ts';

/** An npm that notes what it is asked, packs a few bytes, and says of them what npm says. */
const stub = `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const { createHash } = require('node:crypto');
const { join } = require('node:path');
const { NOTES: notes, MISHAP: mishap } = process.env;
const args = process.argv.slice(2);
const builds = readFileSync(notes, 'utf8').split('run --silent build').length - 1;
appendFileSync(notes, args.join(' ') + '\\n');
if (args[0] === 'pack') {
  const folder = args[args.indexOf('--pack-destination') + 1];
  writeFileSync(join(folder, 'x.tgz'), mishap === 'build' ? 'build ' + builds : 'the package');
  console.log(JSON.stringify([{ filename: 'x.tgz' }]));
}
if (args[2] === 'check:package' && mishap === 'fault') process.exit(1);
if (args[2] === 'check:package' && mishap === 'test') appendFileSync(args.at(-1), 'more');
if (args[0] === 'publish') {
  const bytes = mishap === 'upload' ? 'something else' : readFileSync(args[1]);
  const integrity = 'sha512-' + createHash('sha512').update(bytes).digest('base64');
  console.log(JSON.stringify({ name: 'traq-auth', version: '0', files: [{ path: 'LICENSE', size: 7 }], integrity }));
}
`;

interface Rehearsal {
  readonly status: number;
  readonly out: string;
  readonly err: string;
  /** What npm was asked. */
  readonly asked: string[];
  readonly folder: string;
}

/** Rehearses with that npm; a mishap is what goes wrong on the way. */
function rehearse(args: readonly string[] = [], mishap = ''): Promise<Rehearsal> {
  const folder = mkdtempSync(join(tmpdir(), 'rehearse-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'npm'), stub);
  chmodSync(join(folder, 'npm'), 0o755);
  const notes = join(folder, 'asked');
  writeFileSync(notes, '');
  const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}`, NOTES: notes, MISHAP: mishap };
  const command = ['--import', 'tsx', 'scripts/rehearse-release.ts', '--output', join(folder, 'release'), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: projectRoot, env }, (error, out, err) => {
      const asked = readFileSync(notes, 'utf8').split('\n').slice(0, -1);
      resolve({ status: Number(error?.code ?? 0), out, err, asked, folder });
    });
  });
}

test('release:rehearse packs, tests that tarball, and leaves the very one, with its sum', async () => {
  const { status, out, asked, folder } = await rehearse();
  expect(asked).toEqual([
    'run --silent build',
    expect.stringMatching(/^pack /),
    expect.stringMatching(/^run --silent check:package -- \S+\/first\/x\.tgz$/),
    expect.stringMatching(/^publish \S+\/first\/x\.tgz --dry-run /),
    'run --silent build',
    expect.stringMatching(/^pack /),
  ]);
  expect(out).toContain('The same, byte for byte. Nothing was published.');
  expect(readdirSync(join(folder, 'release')).sort()).toEqual(['SHA512SUMS', 'x.tgz']);
  const tarball = join(folder, 'release/x.tgz');
  expect(readFileSync(tarball, 'utf8')).toBe('the package');
  expect(readFileSync(join(folder, 'release/SHA512SUMS'), 'utf8')).toBe(`${(await digestOf(tarball)).hex}  x.tgz\n`);
  expect(status).toBe(0);
});

test('release:rehearse says what is to do before a publish, and passes all the same', async () => {
  const changelog = readFileSync(join(projectRoot, 'CHANGELOG.md'), 'utf8');
  const problems = releaseProblems({ manifest: packageJson, changelog });
  const { status, out } = await rehearse();
  expect(out.split('\n').filter((line) => line.startsWith('- '))).toEqual(problems.map((problem) => `- ${problem}`));
  expect(out.includes('To do before a publish')).toBe(problems.length > 0);
  expect(status).toBe(0);
});

test('release:rehearse refuses a tag while there is something to do, before anything is packed', async () => {
  const { status, err, asked } = await rehearse(['--tag', 'v0.0.0-none', '--repository', 'https://example.com/x/y']);
  expect(err).toMatch(/^problem: The tag is v0\.0\.0-none, and package\.json says /m);
  expect(err).toMatch(/^problem: package\.json.* repository/m);
  expect(asked).toEqual([]);
  expect(status).toBe(1);
});

test.each([
  ['the tests find a fault', 'fault', /check:package -- .* failed/],
  ['the tests change the tarball', 'test', /not the same, byte for byte/],
  ['npm would upload something else', 'upload', /not the same, byte for byte/],
  ['another build makes something else', 'build', /not the same, byte for byte/],
])('release:rehearse fails, and leaves nothing, when %s', async (_, mishap, reason) => {
  const { status, err, folder } = await rehearse([], mishap);
  expect(err).toMatch(/The rehearsal failed: /);
  expect(err).toMatch(reason);
  expect(readdirSync(folder)).not.toContain('release');
  expect(status).toBe(1);
});
