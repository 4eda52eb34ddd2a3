import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Change } from '../../scripts/contract/change.ts';
import { structureOf } from '../../scripts/contract/form.ts';
import { textReport } from '../../scripts/contract/report.ts';
import { textHashes } from '../../scripts/contract/source-record.ts';
import { type Comparison, compareDescription, compareSpec, readHeld } from '../../scripts/contract/spec-comparison.ts';
import { wireOf } from '../../scripts/contract/wire.ts';
import { formatYaml } from '../../scripts/contract/yaml-file.ts';
import { fieldMutations } from './mutations/fields.ts';
import { login, type Mutation, type Mutations } from './mutations/mutation.ts';
import { operationMutations } from './mutations/operations.ts';
import { sameMutations } from './mutations/same.ts';
import { securityMutations } from './mutations/security.ts';
import { projectCopy, recordOfUpstreamLike } from './project-copy.ts';
import { rateTogether } from './rate-together.ts';
import { type Description, repository, upstreamLike } from './upstream-like.ts';

// Redocly and threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const mutations: Mutations = { ...sameMutations, ...fieldMutations, ...operationMutations, ...securityMutations };

function toldBy({ class: verdict, changes, texts, overlay }: Comparison): string[] {
  const told = ({ class: rating, covered, review, place, what, methods }: Change) => {
    const marks = [covered ? 'covered' : rating === verdict ? '' : rating, review ? 'review' : ''];
    const prefix = marks.filter((mark) => mark !== '').join(', ');
    return [...(prefix === '' ? [] : [prefix]), place, what, methods.join(', ')].join(' | ');
  };
  const misfits = overlay.map((problem) => problem.replace(/^.* \(".*"\) /, 'overlay | '));
  return [...changes.map(told), ...texts.map((operation) => `text | ${operation}`), ...misfits];
}

const held = { ...readHeld(repository), record: await recordOfUpstreamLike() };

function mutated(apply: Mutation[0]): Description {
  const description = upstreamLike();
  apply(description);
  return description;
}

let comparisons: Map<string, Comparison>;
beforeAll(async () => {
  const names = Object.keys(mutations);
  const results = await rateTogether(
    Object.values(mutations).map(([apply]) => async (rate) => {
      const description = mutated(apply);
      return await compareDescription(held, description, rate);
    }),
  );
  comparisons = new Map(results.map((result, index) => [names[index] ?? '', result]));
});

describe('spec:check', () => {
  test.for(Object.entries(mutations))(
    'spec:check tells what it is when %s',
    ([name, [, verdict, ...told]]: [string, Mutation]) => {
      const comparison = comparisons.get(name) as Comparison;
      expect(toldBy(comparison)).toEqual(told);
      expect(comparison.class).toBe(verdict);
    },
  );
});

test.for(Object.entries(mutations))(
  'spec:update leaves nothing to tell, and no text of theirs, when %s',
  async ([name, [apply]]: [string, Mutation]) => {
    const description = mutated(apply);
    const { form } = comparisons.get(name) as Comparison;
    const fragment = structureOf(form);
    expect(formatYaml(fragment)).not.toContain('In other words');
    const after = { ...held, fragment, record: { ...held.record, texts: textHashes(wireOf(form)) } };
    const again = await compareDescription(after, description, () => {
      throw new Error('there is nothing to rate');
    });
    // What has no name cannot be taken over.
    const left = comparisons.get(name)?.changes.filter(({ what }) => /(no|an) operationId/.test(what));
    expect(again.changes).toEqual(left);
    expect(again.texts).toEqual([]);
  },
);

test('spec:check does not take for covered what upstream takes back and the overlay alone still says', async () => {
  const properties: Description = { message: { type: 'string' } };
  const description = mutated((d) => {
    login(d).responses['400'].content = { 'application/json': { schema: { type: 'object', properties } } };
  });
  const { form } = await compareDescription(held, description, async () => []);
  delete properties.message;
  const { changes } = await compareDescription({ ...held, fragment: structureOf(form) }, description);
  const place = 'responses › 400 › json › properties';
  expect(changes).toMatchObject([{ class: 'breaking', review: true, covered: false, place }]);
});

test('spec:check reads anchors and merge keys', async () => {
  const project = projectCopy();
  const own = / {4}PostUnlinkExternalAccount:\n(?: {6}.*\n)+/;
  const text = formatYaml(upstreamLike());
  const texts =
    own
      .exec(text)?.[0]
      .match(/^ {6}(title|description):.*\n/gm)
      ?.join('') ?? '';
  const merged = text
    .replace('    PostLinkExternalAccount:', '    PostLinkExternalAccount: &account')
    .replace(own, () => `    PostUnlinkExternalAccount:\n      <<: *account\n${texts}`);
  expect(merged).toContain('<<: *account');
  const { class: verdict, changes } = await compareSpec(project.root, project.upstream(merged));
  expect(changes).toEqual([]);
  expect(verdict).toBe('docs');
});

test('spec:check sees a number that JSON does not have', async () => {
  const project = projectCopy();
  const description = upstreamLike();
  description.components.schemas.PostLoginRequest.properties.name.maxLength = Number.NaN;
  const { changes } = await compareSpec(project.root, project.upstream(description));
  const place = 'requestBody › json › properties › name › maxLength';
  expect(changes).toMatchObject([{ class: 'breaking', place, what: 'is "NaN", was not given', operations: ['login'] }]);
});

test('spec:check names the operations whose texts changed, and nothing else, when every text did', async () => {
  const project = projectCopy();
  const text = formatYaml(upstreamLike()).replaceAll('In other words:', 'Now in these words:');
  const comparison = await compareSpec(project.root, project.upstream(text));
  expect(comparison.class).toBe('docs');
  expect(comparison.changes).toEqual([]);
  expect(comparison.texts).toEqual(Object.keys(held.record.texts));
  expect(comparison.texts).toContain('login');
  for (const operation of comparison.texts) expect(textReport(comparison)).toContain(`  - ${operation}\n`);
});

test('spec:check reports for a person what changed, whom it reaches and what to do next', async () => {
  const project = projectCopy();
  const description = upstreamLike();
  description.paths['/login'].post.responses['200'] = { description: 'OK' };
  description.components.parameters.redirectInQuery.required = true;
  description.paths['/logout'].post.deprecated = true;
  description.security = [{ cookieAuth: [] }];
  const report = textReport(await compareSpec(project.root, project.upstream(description)));
  expect(report).toContain('breaking: upstream has changed: 2 breaking, 1 compatible, 1 covered by the overlay.');
  expect(report).toMatch(/Breaking\n {2}- .*\n {4}reaches login, logout\n {4}make the method follow/);
  expect(report).toContain('  - responses › 200: is new\n    reaches login\n    the client refuses this response');
  expect(report).toContain('  - deprecated: is true, was not given\n    reaches logout\n    ask what takes its place');
  expect(report.match(/security: is \[\{"cookieAuth":\[\]\}\], was/g)).toHaveLength(1);
  expect(report).toContain('Overlay actions that will no longer fit\n  - $.security (');
  expect(report).toMatch(/Next: "npm run spec:update -- .*"; it says what to do after it\.$/);
});
