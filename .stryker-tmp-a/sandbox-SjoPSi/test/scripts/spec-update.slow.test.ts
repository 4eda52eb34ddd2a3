import { describe, expect, test, vi } from 'vitest';
import { generatedFiles, mixture } from '../../scripts/contract/generated-files.ts';
import { newFragment } from '../../scripts/contract/new-fragment.ts';
import { textsOf } from '../../scripts/contract/places.ts';
import { readProjectFile } from '../../scripts/contract/project-files.ts';
import { selectOperations } from '../../scripts/contract/select-operations.ts';
import { compareSpec, readHeld } from '../../scripts/contract/spec-comparison.ts';
import { updateReport, updateSpec } from '../../scripts/contract/spec-update.ts';
import { formatYaml } from '../../scripts/contract/yaml-file.ts';
import { projectCopy } from './project-copy.ts';
import { repository, upstreamLike } from './upstream-like.ts';
import { mutations } from './upstream-mutations.ts';

// Redocly and threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const { fragment } = readHeld(repository);
const day = new Date('2030-01-02T03:04:05Z');

describe('spec:update', () => {
  test('spec:update writes nothing when it has seen the file already', async () => {
    const project = await projectCopy();
    const before = project.tree();
    const { comparison, written, refused } = await updateSpec(project.root, project.upstream(upstreamLike()), day);
    expect([comparison.class, written, refused]).toEqual(['same', [], undefined]);
    expect(project.tree()).toEqual(before);
  });

  test('spec:update records new texts and leaves ours alone', async () => {
    const project = await projectCopy();
    const before = project.tree();
    const text = formatYaml(upstreamLike()).replaceAll('In other words:', 'Now in these words:');
    const path = project.upstream(text);
    const update = await updateSpec(project.root, path, day);
    expect(update.written).toEqual(['openapi/traq-auth.source.json']);
    expect(updateReport(update)).toContain('  - login 204: changed');
    const record = JSON.parse(project.read('openapi/traq-auth.source.json'));
    expect(record).toMatchObject({ date: '2030-01-02', repository: 'traPtitech/traQ' });
    expect(record).not.toHaveProperty('commit');
    expect({ ...project.tree(), 'openapi/traq-auth.source.json': '' }).toEqual({
      ...before,
      'openapi/traq-auth.source.json': '',
    });
    expect((await compareSpec(project.root, path)).class).toBe('same');
    expect(await mixture(project.root)).toEqual([]);
  });

  test('spec:update keeps our texts, lists new places, and generates only once they are described', async () => {
    const project = await projectCopy();
    const before = project.tree();
    const description = upstreamLike();
    description.components.schemas.LoginSession.properties.device = { type: 'string' };
    description.paths['/login'].post.responses['409'] = { description: 'In other words: Conflict' };
    const path = project.upstream(description);
    const update = await updateSpec(project.root, path, day);
    expect(update.open).toEqual(['login 409', 'schema LoginSession.device']);
    expect(updateReport(update)).toContain('(marked TODO):\n  - login 409\n  - schema LoginSession.device\n');
    expect(update.refused).toMatch(
      /they say TODO:\n {2}openapi\/traq-auth.yaml › paths › \/login › post › responses › 409 › description\n/,
    );
    await expect(generatedFiles(project.root)).rejects.toThrow(update.refused);
    expect(project.tree()).toMatchObject({ 'generated/schema.ts': before['generated/schema.ts'] });
    const text = project.read('openapi/traq-auth.yaml');
    expect(text).not.toContain('In other words');
    expect(text.startsWith('# The seven operations')).toBe(true);
    // All else is as it was, to the byte.
    const added = /^ +"409":\n.*\n| +device:\n.*\n.*TODO\n/gm;
    expect(text.replaceAll(added, '')).toBe(before['openapi/traq-auth.yaml']);
    project.write('openapi/traq-auth.yaml', text.replaceAll('TODO', 'Described.'));
    const again = await updateSpec(project.root, path, day);
    expect([again.comparison.class, again.refused, again.written]).toEqual([
      'same',
      undefined,
      ['generated/traq-auth.openapi.yaml', 'generated/schema.ts'],
    ]);
    expect(project.read('generated/schema.ts')).toContain('device?: string;');
    expect(await mixture(project.root)).toEqual([]);
  });

  test.for(Object.entries(mutations))(
    'newFragment loses none of our texts that still has a place when %s',
    async ([, { apply }]) => {
      const description = upstreamLike();
      apply(description);
      const selection = await selectOperations(fragment, description, 'upstream');
      const { document, open } = newFragment(fragment, selection);
      const texts = [...textsOf(document)].filter(([, text]) => text !== 'TODO');
      const ours = textsOf(fragment);
      expect(texts.filter(([, text]) => ![...ours.values()].includes(text))).toEqual([]);
      // Only places that ours has not are open.
      expect(open.filter((place) => ours.has(place))).toEqual([]);
      expect(formatYaml(document)).not.toContain('In other words');
      expect(open.length).toBeLessThanOrEqual(3);
    },
  );

  test('spec:update finds our texts again by their place on the wire when schemas and path parameters are renamed', async () => {
    const description = upstreamLike();
    mutations['a schema is renamed']?.apply(description);
    mutations['a path parameter is renamed']?.apply(description);
    const { document, open } = newFragment(fragment, await selectOperations(fragment, description, 'upstream'));
    expect(open).toEqual([]);
    expect(textsOf(document).get('schema Session.id')).toBe(textsOf(fragment).get('schema LoginSession.id'));
    expect(textsOf(document).get('revokeMySession path id')).toBe(
      textsOf(fragment).get('revokeMySession path sessionId'),
    );
  });

  test('spec:update takes a new name of an operation over', async () => {
    const project = await projectCopy();
    const description = upstreamLike();
    description.paths['/login'].post.operationId = 'postLogin';
    const path = project.upstream(description);
    const { refused } = await updateSpec(project.root, path, day);
    expect(refused).toBeUndefined();
    expect(project.read('generated/schema.ts')).toMatch(/^ {4}postLogin: \{$/m);
    expect((await compareSpec(project.root, path)).class).toBe('same');
  });

  test('spec:update says which overlay actions upstream has made needless', async () => {
    const project = await projectCopy();
    const description = upstreamLike();
    description.paths['/login'].post.security = [];
    const update = await updateSpec(project.root, project.upstream(description), day);
    expect(update.refused).toContain('changes nothing in 1 place: security');
    expect(updateReport(update)).toMatch(
      /To be mended in openapi\/corrections\.overlay\.yaml:\n {2}- \$\.paths\['\/login','\/logout'\]\.post/,
    );
  });

  test('spec:update records the commit that an address names', async () => {
    const project = await projectCopy();
    const record = JSON.parse(project.read('openapi/traq-auth.source.json'));
    project.write('openapi/traq-auth.source.json', JSON.stringify({ ...record, sha256: 'another' }));
    const { createServer } = await import('node:http');
    const server = createServer((_, response) => response.end(formatYaml(upstreamLike())));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const commit = '0123456789abcdef0123456789abcdef01234567';
    const { port } = server.address() as { port: number };
    await updateSpec(project.root, `http://127.0.0.1:${port}/traQ/${commit}/docs/v3-api.yaml`, day);
    server.closeAllConnections();
    server.close();
    expect(JSON.parse(project.read('openapi/traq-auth.source.json'))).toMatchObject({ commit, date: '2030-01-02' });
  });

  test('spec:update stopped after any of its files leaves whole files, and generate --check says what is mixed', async () => {
    const project = await projectCopy();
    const before = project.tree();
    const description = upstreamLike();
    description.paths['/logout'].post.parameters[1].schema.default = true;
    const { written } = await updateSpec(project.root, project.upstream(description), day);
    expect(written).toEqual([
      'openapi/traq-auth.yaml',
      'openapi/traq-auth.source.json',
      'generated/traq-auth.openapi.yaml',
    ]);
    const after = project.tree();
    const update = /^openapi\/traq-auth.yaml and openapi\/traq-auth.source.json are not of the same update/;
    const expected: Record<number, RegExp[]> = {
      1: [update, /^generated\/traq-auth.openapi.yaml is not what openapi\/ gives$/],
      2: [/^generated\/traq-auth.openapi.yaml is not what openapi\/ gives$/],
      3: [],
    };
    for (const [done, sentences] of Object.entries(expected)) {
      for (const [index, path] of written.entries())
        project.write(path, (index < Number(done) ? after : before)[path] ?? '');
      expect(await mixture(project.root)).toEqual(sentences.map((sentence) => expect.stringMatching(sentence)));
    }
  });
});

test('openapi/traq-auth.yaml is written the way spec:update writes it', () => {
  const text = readProjectFile(repository, 'openapi/traq-auth.yaml');
  expect(text.replace(/^(#.*\n)+/, '')).toBe(formatYaml(fragment));
});
