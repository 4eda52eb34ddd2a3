import { describe, expect, test, vi } from 'vitest';
import { formOf, structureOf } from '../../scripts/contract/form.ts';
import { mixture, writeGenerated } from '../../scripts/contract/generated-files.ts';
import { operationsOf } from '../../scripts/contract/operations.ts';
import { readProjectFile } from '../../scripts/contract/project-files.ts';
import { updateReport } from '../../scripts/contract/report.ts';
import { compareSpec, readHeld } from '../../scripts/contract/spec-comparison.ts';
import { updateSpec } from '../../scripts/contract/spec-update.ts';
import { formatYaml } from '../../scripts/contract/yaml-file.ts';
import { projectCopy } from './project-copy.ts';
import { type Description, repository, upstreamLike } from './upstream-like.ts';

// Redocly and threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const day = new Date('2030-01-02T03:04:05Z');
const record = 'openapi/traq-auth.source.json';
const descriptions = 'openapi/descriptions.overlay.yaml';

describe('spec:update', () => {
  test('spec:update writes nothing when it has seen the file already', async () => {
    const project = projectCopy();
    const before = project.tree();
    const { comparison, written, refused } = await updateSpec(project.root, project.upstream(upstreamLike()), day);
    expect([comparison.class, written, refused]).toEqual(['same', [], undefined]);
    expect(project.tree()).toEqual(before);
  });

  test.for([
    ['the same file', formatYaml(upstreamLike())],
    ['another one that says the same', `${formatYaml(upstreamLike())}# And no more.\n`],
  ])('spec:update undoes a hand edit of traq-auth.yaml, brought up to %s', async ([, text]) => {
    const project = projectCopy();
    const before = project.tree();
    const fragment = 'openapi/traq-auth.yaml';
    project.write(
      fragment,
      project.read(fragment).replace('  schemas:\n', '  schemas:\n    Unused: { type: string }\n'),
    );
    const { comparison, written, refused } = await updateSpec(project.root, project.upstream(text), day);
    expect([comparison.class, written, refused]).toEqual(['same', [fragment, record], undefined]);
    expect({ ...project.tree(), [record]: '' }).toEqual({ ...before, [record]: '' });
    expect(await mixture(project.root)).toEqual([]);
  });

  test('spec:update records new texts and leaves all else alone', async () => {
    const project = projectCopy();
    const before = project.tree();
    const path = project.upstream(formatYaml(upstreamLike()).replaceAll('In other words:', 'Now in these words:'));
    const update = await updateSpec(project.root, path, day);
    expect(update.written).toEqual([record]);
    expect(updateReport(update)).toContain('still says so\n  - login\n');
    const now = JSON.parse(project.read(record));
    expect(now).toMatchObject({ date: '2030-01-02', repository: 'traPtitech/traQ' });
    expect(now).not.toHaveProperty('commit');
    expect({ ...project.tree(), [record]: '' }).toEqual({ ...before, [record]: '' });
    expect((await compareSpec(project.root, path)).class).toBe('same');
    expect(await mixture(project.root)).toEqual([]);
  });

  test('spec:update writes structure alone, lists new places, and generates once they are described', async () => {
    const project = projectCopy();
    const before = project.tree();
    const description = upstreamLike();
    description.components.schemas.LoginSession.properties.device = { type: 'string', description: 'In other words' };
    description.paths['/login'].post.responses['409'] = { description: 'In other words: Conflict' };
    const path = project.upstream(description);
    const update = await updateSpec(project.root, path, day);
    const bare = `${descriptions} has yet to describe, in words of our own:
  $.components.schemas.LoginSession.properties.device
  $.paths['/login'].post.responses['409']`;
    expect(update.refused?.split('\n').toSorted()).toEqual(bare.split('\n').toSorted());
    expect(updateReport(update)).toContain(`Next:
  1. mend what is named above, then run "npm run generate" (generated/ is as it was)
  2. run "npm test", and make the methods follow what it says
  3. commit openapi/ and generated/ together`);
    await expect(writeGenerated(project.root)).rejects.toThrow(update.refused);
    expect(project.tree()).toMatchObject({ 'generated/schema.ts': before['generated/schema.ts'] });
    // All else is as it was, to the byte.
    const text = project.read('openapi/traq-auth.yaml');
    const added = /^ +"409": \{\}\n| +device:\n +type: string\n/gm;
    expect(text.replaceAll(added, '')).toBe(before['openapi/traq-auth.yaml']);
    const texts = [
      `$.paths['/login'].post.responses['409']`,
      '$.components.schemas.LoginSession.properties.device',
    ].map((target) => `  - target: ${target}\n    update: { description: Said by us. }\n`);
    project.write(descriptions, project.read(descriptions) + texts.join(''));
    const again = await updateSpec(project.root, path, day);
    expect([again.comparison.class, again.refused, again.written]).toEqual([
      'same',
      undefined,
      ['generated/traq-auth.openapi.yaml', 'generated/schema.ts'],
    ]);
    expect(project.read('generated/schema.ts')).toContain('device?: string;');
    expect(await mixture(project.root)).toEqual([]);
  });

  test('spec:update names our texts that have no place any more, and the actions that upstream has made needless', async () => {
    const project = projectCopy();
    const description = upstreamLike();
    delete description.paths['/logout'].post.responses['302'];
    delete description.components.schemas.LoginSession.properties.issuedAt;
    description.components.schemas.LoginSession.required = ['id'];
    description.paths['/users/me/link'] = description.paths['/users/me/ex-accounts/link'];
    delete description.paths['/users/me/ex-accounts/link'];
    description.paths['/login'].post.security = [];
    const { refused = '' } = await updateSpec(project.root, project.upstream(description), day);
    expect(refused).toContain(`${descriptions} describes what is not there; take it out, or aim it anew:
  $.paths['/users/me/ex-accounts/link'].post matches 0 places where it says 1
  $.paths['/logout'].post.responses['302']
  $.components.schemas.LoginSession.properties.issuedAt
`);
    expect(refused).toMatch(/has yet to describe, in words of our own:\n {2}\$\.paths\['\/users\/me\/link'\]\.post\n/);
    expect(refused).toMatch(/corrections\.overlay\.yaml does not fit .*\n.* changes nothing in 1 place: security\n/);
  });

  test('spec:update writes shared responses and bodies out, so that the overlay still corrects them', async () => {
    const project = projectCopy();
    const before = project.tree();
    const description = upstreamLike();
    const { post } = description.paths['/login'];
    const { components } = description;
    components.requestBodies = { Login: post.requestBody };
    components.responses = { LoggedIn: post.responses['204'] };
    post.requestBody = { $ref: '#/components/requestBodies/Login' };
    post.responses['204'] = { $ref: '#/components/responses/LoggedIn' };
    description.paths['/logout'].post.parameters[1].schema.default = true;
    const { refused } = await updateSpec(project.root, project.upstream(description), day);
    expect(refused).toBeUndefined();
    for (const path of ['openapi/traq-auth.yaml', 'generated/traq-auth.openapi.yaml', 'generated/schema.ts'])
      expect(project.read(path).replace(/default:? true/g, (now) => now.replace('true', 'false'))).toBe(before[path]);
  });

  test('spec:update takes a new name of an operation over', async () => {
    const project = projectCopy();
    const description = upstreamLike();
    description.paths['/login'].post.operationId = 'postLogin';
    const path = project.upstream(description);
    const { refused } = await updateSpec(project.root, path, day);
    expect(refused).toBeUndefined();
    expect(project.read('generated/schema.ts')).toMatch(/^ {4}postLogin: \{$/m);
    expect((await compareSpec(project.root, path)).class).toBe('same');
  });

  test('spec:update stopped after any of its files leaves whole files, generate --check says so, and another run ends it', async () => {
    const project = projectCopy();
    const before = project.tree();
    const description = upstreamLike();
    description.paths['/logout'].post.parameters[1].schema.type = 'string';
    const path = project.upstream(description);
    const { written } = await updateSpec(project.root, path, day);
    const generated = ['generated/traq-auth.openapi.yaml', 'generated/schema.ts'];
    expect(written).toEqual(['openapi/traq-auth.yaml', record, ...generated]);
    const after = project.tree();
    const update = /^openapi\/traq-auth.yaml and openapi\/traq-auth.source.json are not of the same update/;
    const stale = generated.map((name) => new RegExp(`^${name} is not what openapi/ gives$`));
    const findings = [[update, ...stale], stale, stale.slice(1), []];
    for (const [index, sentences] of findings.entries()) {
      const done = index + 1;
      for (const [at, name] of written.entries()) project.write(name, (at < done ? after : before)[name] ?? '');
      expect(await mixture(project.root)).toEqual(sentences.map((sentence) => expect.stringMatching(sentence)));
      await updateSpec(project.root, path, day);
      expect(project.tree()).toEqual(after);
    }
  });
});

describe('openapi/traq-auth.yaml', () => {
  const { fragment } = readHeld(repository);

  test('traq-auth.yaml is in the form in which spec:update writes it', () => {
    const text = readProjectFile(repository, 'openapi/traq-auth.yaml');
    const written = structureOf(formOf(fragment, operationsOf(fragment), fragment));
    expect(text.replace(/^(#.*\n)+/, '')).toBe(formatYaml(written));
  });

  test('traq-auth.yaml has no text in it', () => {
    expect(JSON.stringify(fragment)).not.toMatch(/"(summary|description|title|example|x-\w+)":/);
    const schemes = (fragment as Description).components.securitySchemes;
    expect(new Set(Object.values(schemes.OAuth2.flows.authorizationCode.scopes))).toEqual(new Set(['']));
  });
});
