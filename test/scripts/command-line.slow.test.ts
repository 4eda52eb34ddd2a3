import { execFile } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { generatedFiles, mixture, writeGenerated } from '../../scripts/contract/generated-files.ts';
import { compareSpec } from '../../scripts/contract/spec-comparison.ts';
import { type ProjectCopy, projectCopy } from './project-copy.ts';
import { repository, upstreamLike } from './upstream-like.ts';

// Each run starts Node, some start Redocly.
vi.setConfig({ testTimeout: 120_000 });

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const tsx = join(repository, 'node_modules/tsx/dist/cli.mjs');

/** Runs a script of the copy as `npm run` does, from its root. */
function run({ root }: ProjectCopy, script: string, ...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [tsx, `scripts/${script}.ts`, ...args],
      { cwd: root },
      (_, stdout, stderr) => resolve({ status: child.exitCode, stdout, stderr }),
    );
  });
}

describe('generate', () => {
  test('generate gives the same bytes twice, and what is committed', async () => {
    const [once, again] = [await generatedFiles(repository), await generatedFiles(repository)];
    expect(again).toEqual(once);
    expect(await mixture(repository)).toEqual([]);
  });

  test('generate --check tells a changed byte, a missing file and a hand edit, and generate mends them', async () => {
    const project = projectCopy();
    const before = project.tree();
    const types = project.read('generated/schema.ts');
    project.write('generated/schema.ts', types.replace('issuedAt: string', 'issuedAt: Date'));
    expect(await mixture(project.root)).toEqual(['generated/schema.ts is not what openapi/ gives']);
    project.write('generated/schema.ts', types);
    project.write('generated/traq-auth.openapi.yaml', `${project.read('generated/traq-auth.openapi.yaml')} `);
    expect(await mixture(project.root)).toEqual(['generated/traq-auth.openapi.yaml is not what openapi/ gives']);
    rmSync(join(project.root, 'generated/schema.ts'));
    expect(await mixture(project.root)).toContain('generated/schema.ts is missing');
    project.write('generated/.schema.ts.tmp', 'half');
    expect(await mixture(project.root)).toContain('generated/.schema.ts.tmp was left by a run that was stopped');
    expect(await writeGenerated(project.root)).toEqual(['generated/traq-auth.openapi.yaml', 'generated/schema.ts']);
    expect(project.tree()).toEqual(before);
  });

  test('generate --check tells a hand edit of what spec:update writes, even of a comment', async () => {
    const project = projectCopy();
    project.write(fragment, `${project.read(fragment)}# edited\n`);
    expect(await mixture(project.root)).toEqual([
      expect.stringContaining('or edited by hand: run "npm run spec:update"'),
    ]);
  });

  const fragment = 'openapi/traq-auth.yaml';
  const descriptions = 'openapi/descriptions.overlay.yaml';
  test.for([
    [
      'a place without a text',
      descriptions,
      '        "204":\n          description: Logged in.\n',
      '',
      /^openapi\/descriptions\.overlay\.yaml has yet to describe, .*:\n {2}\$\.paths\['\/login'\]\.post\.responses\['204'\]$/,
    ],
    [
      'a text without a place',
      descriptions,
      '        issuedAt:',
      '        createdAt:',
      /describes what is not there; .*:\n {2}\$\.components\.schemas\.LoginSession\.properties\.createdAt\n.* has yet to describe, .*:\n.*\.issuedAt$/,
    ],
    [
      'more than texts',
      descriptions,
      '          description: Password.',
      '          description: Password.\n          minLength: 10',
      /describes what is not there; .*:\n {2}\$\.components\.schemas\.PostLoginRequest\.properties\.password\.minLength$/,
    ],
    [
      'an overlay that does not fit',
      fragment,
      '      requestBody:\n',
      '      requestBody:\n        required: true\n',
      /does not fit openapi\/traq-auth\.yaml; .*:\n.*changes nothing in 1 place: required/,
    ],
    [
      'an unsound description',
      fragment,
      'operationId: logout',
      'operationId: login',
      /is no sound description:\n.*operation-operationId-unique/,
    ],
    ['broken YAML', fragment, 'paths:\n', 'paths: [\n', /^openapi\/traq-auth\.yaml cannot be read as YAML: .* at line/],
  ] as const)('generate refuses %s and writes nothing', async ([, path, from, to, sentence]) => {
    const project = projectCopy();
    project.write(path, project.read(path).replace(from, to));
    const before = project.tree();
    await expect(writeGenerated(project.root)).rejects.toThrow(sentence);
    expect(project.tree()).toEqual(before);
  });
});

// What would make Redocly and openapi-typescript do something else, or stop, if they read it.
const hostile: Record<string, string> = {
  'with other rules':
    'extends: [recommended-strict]\nrules:\n  info-license-strict: error\n  operation-4xx-response: error\n',
  'with APIs and plugins':
    'apis:\n  main@v1:\n    root: nowhere.yaml\nextends: [./nowhere.yaml]\nplugins: [./nowhere.js]\n',
  'that is broken': '[this is not: a configuration',
};

test.for(Object.entries(hostile))(
  'spec:check and generate do not read a redocly.yaml %s in the working directory',
  async ([, config]) => {
    const project = projectCopy();
    for (const name of ['redocly.yaml', 'redocly.yml', '.redocly.yaml']) project.write(name, config);
    const cwd = process.cwd();
    process.chdir(project.root);
    onTestFinished(() => process.chdir(cwd));
    const description = upstreamLike();
    description.components.schemas.LoginSession.properties.device = { type: 'string' };
    delete description.paths['/logout'].post.responses['302'];
    const { changes } = await compareSpec('.', project.upstream(description));
    expect(changes).toMatchObject([
      { class: 'breaking', place: 'responses › 302', methods: ['logout'] },
      {
        class: 'compatible',
        place: 'responses › 200 › json › items › properties › device',
        methods: ['sessions.list'],
      },
    ]);
    const before = project.tree();
    rmSync('generated/traq-auth.openapi.yaml');
    rmSync('generated/schema.ts');
    await writeGenerated('.');
    expect(project.tree()).toEqual(before);
  },
);

test('spec:check, spec:update and generate --check end with the status and say it on the stream that they promise', async () => {
  const project = projectCopy({ scripts: true });
  const same = project.upstream(upstreamLike());
  project.write('generated/schema.ts', '// edited\n');
  const description = upstreamLike();
  description.paths['/login'].post.responses['409'] = { description: 'Conflict' };
  const broken = project.upstream('openapi: [');
  const [check, drift, unreadable, asData, generate, misspelt] = await Promise.all([
    run(project, 'spec-check', same),
    run(project, 'spec-check', project.upstream(description), '--format', 'json'),
    run(project, 'spec-update', broken),
    run(project, 'spec-check', broken, '--format=json'),
    run(project, 'generate', '--check'),
    run(project, 'generate', '--chekc'),
  ]);
  expect(check).toMatchObject({ status: 0, stderr: '' });
  expect(check.stdout).toMatch(/^same: upstream describes our operations as we do\.\n/);
  expect(drift).toMatchObject({ status: 1, stderr: '' });
  expect(JSON.parse(drift.stdout)).toMatchObject({
    class: 'compatible',
    changes: [{ place: 'responses › 409', methods: ['login'] }],
  });
  expect(unreadable).toMatchObject({ status: 2, stdout: '' });
  expect(unreadable.stderr).toMatch(/^unreadable: [^\n]+\n$/);
  expect(asData).toMatchObject({ status: 2, stderr: '' });
  expect(JSON.parse(asData.stdout)).toEqual({ class: 'unreadable', error: expect.stringMatching(/ at line 1, /) });
  expect(generate).toMatchObject({ status: 1, stdout: '' });
  expect(generate.stderr).toBe(
    'generated/schema.ts is not what openapi/ gives\nRun "npm run generate" and commit what it writes.\n',
  );
  expect(misspelt).toEqual({ status: 1, stdout: '', stderr: 'Usage: npm run generate -- [--check]\n' });
  expect(project.read('generated/schema.ts')).toBe('// edited\n');
});
