import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { mixture } from '../../scripts/contract/generated-files.ts';
import { updateSpec } from '../../scripts/contract/spec-update.ts';
import { formatYaml } from '../../scripts/contract/yaml-file.ts';
import { projectCopy } from './project-copy.ts';
import { serve } from './serve.ts';
import { type Description, upstreamLike } from './upstream-like.ts';

const commit = 'ac'.repeat(20);
const token = '5e'.repeat(20);
const record = 'openapi/traq-auth.source.json';

/** A description for which every file has to be written. */
function anotherFormat(): Description {
  const description = upstreamLike();
  description.components.schemas.LoginSession.properties.id.format = 'uuid4';
  return description;
}

test.for([
  ['none of an address whose query alone holds such a number', `/master/v3-api.yaml?token=${token}`, undefined],
  ['the one in the path, whatever the query holds', `/${commit}/v3-api.yaml?token=${token}`, commit],
  ['none of an address whose fragment alone holds such a number', `/master/v3-api.yaml#${token}`, undefined],
] as const)('spec:update records as the commit %s', async ([, path, expected]) => {
  const project = projectCopy();
  const text = `${formatYaml(upstreamLike())}# And no more.\n`;
  const origin = await serve((_, response) => response.end(text));
  await updateSpec(project.root, `${origin}${path}`);
  expect(JSON.parse(project.read(record)).commit).toBe(expected);
  expect(Object.values(project.tree()).join('')).not.toContain(token);
});

test('generate --check tells what else lies in generated/, but no hidden file of the system', async () => {
  const project = projectCopy();
  project.write('generated/.DS_Store', 'the system');
  expect(await mixture(project.root)).toEqual([]);
  project.write('generated/types.ts', 'export {};\n');
  mkdirSync(join(project.root, 'generated/v2'));
  expect(await mixture(project.root)).toEqual([
    'generated/types.ts is made of nothing in openapi/: delete it',
    'generated/v2 is made of nothing in openapi/: delete it',
  ]);
});

test('generate --check names each file of generated/ when the folder is gone', async () => {
  const project = projectCopy();
  rmSync(join(project.root, 'generated'), { recursive: true });
  expect(await mixture(project.root)).toEqual([
    'generated/traq-auth.openapi.yaml is missing',
    'generated/schema.ts is missing',
  ]);
});

test('spec:update whose tools break says so beside what it has written', async () => {
  const project = projectCopy();
  for (const path of ['openapi/traq-auth.yaml', 'generated/traq-auth.openapi.yaml'])
    project.write(path, `${project.read(path)}# edited\n`);
  const path = project.upstream(`${formatYaml(upstreamLike())}# And no more.\n`);
  vi.stubEnv('TMPDIR', `${project.root}/nowhere`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const { written, refused } = await updateSpec(project.root, path);
  expect(written).toEqual(['openapi/traq-auth.yaml', record]);
  expect(refused).toMatch(/ENOENT/);
});

test('spec:update that cannot write the second of its files says that it has written the first', async () => {
  const project = projectCopy();
  mkdirSync(join(project.root, 'openapi/.traq-auth.source.json.tmp'));
  const { written, refused } = await updateSpec(project.root, project.upstream(anotherFormat()));
  expect(written).toEqual(['openapi/traq-auth.yaml']);
  expect(refused).toContain('.traq-auth.source.json.tmp');
});

test('spec:update that cannot write any file fails', async () => {
  const project = projectCopy();
  mkdirSync(join(project.root, 'openapi/.traq-auth.yaml.tmp'));
  const before = project.read('openapi/traq-auth.yaml');
  await expect(updateSpec(project.root, project.upstream(anotherFormat()))).rejects.toThrow('.traq-auth.yaml.tmp');
  expect(project.read('openapi/traq-auth.yaml')).toBe(before);
});

test('spec:update that cannot write generated/ says so, beside what it has written', async () => {
  const project = projectCopy();
  rmSync(join(project.root, 'generated'), { recursive: true });
  symlinkSync('nowhere', join(project.root, 'generated'));
  const { written, refused } = await updateSpec(project.root, project.upstream(anotherFormat()));
  expect(written).toEqual(['openapi/traq-auth.yaml', record]);
  expect(refused).toMatch(/^generated\/traq-auth\.openapi\.yaml cannot be written \(E[A-Z]+\)$/);
});
