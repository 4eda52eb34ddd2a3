import { beforeAll, describe, expect, test, vi } from 'vitest';
import type { Change } from '../../scripts/contract/changes.ts';
import { textReport } from '../../scripts/contract/report.ts';
import { selectOperations } from '../../scripts/contract/select-operations.ts';
import { textHashes } from '../../scripts/contract/source-record.ts';
import { type Comparison, compareDescription, compareSpec, readHeld } from '../../scripts/contract/spec-comparison.ts';
import { formatYaml } from '../../scripts/contract/yaml-file.ts';
import type { Mutation } from './mutations/mutation.ts';
import { projectCopy } from './project-copy.ts';
import { rateTogether } from './rate-together.ts';
import { repository, upstreamLike } from './upstream-like.ts';
import { mutations } from './upstream-mutations.ts';

// Redocly and threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

function line({ class: rating, covered, place, what, methods }: Change): string {
  return `${covered ? 'covered' : rating} | ${place} | ${what} | ${methods.join(', ')}`;
}

describe('spec:check', () => {
  let comparisons: Map<string, Comparison>;
  beforeAll(async () => {
    const held = readHeld(repository);
    const { document } = await selectOperations(held.fragment, upstreamLike(), 'upstream');
    const record = { ...held.record, texts: textHashes(document) };
    const names = Object.keys(mutations);
    const results = await rateTogether(
      Object.values(mutations).map(({ apply }) => async (rate) => {
        const description = upstreamLike();
        apply(description);
        return await compareDescription({ ...held, record }, description, 'upstream', rate);
      }),
    );
    comparisons = new Map(results.map((result, index) => [names[index] ?? '', result]));
  });

  test.for(Object.entries(mutations))('spec:check tells what it is when %s', ([name, mutation]: [string, Mutation]) => {
    const { changes, class: verdict, texts, overlay } = comparisons.get(name) as Comparison;
    expect(changes.map(line)).toEqual(mutation.changes);
    expect(verdict).toBe(mutation.class);
    expect(texts.map(({ place, what }) => `${place}: ${what}`)).toEqual(mutation.texts ?? []);
    expect(overlay.map((problem) => problem.replace(/ \(".*"\)/, ''))).toEqual(mutation.overlay ?? []);
  });
});

test('spec:check is tried on at least 25 mutations', () => {
  expect(Object.keys(mutations).length).toBeGreaterThanOrEqual(25);
});

test('spec:check reads anchors and merge keys', async () => {
  const project = await projectCopy();
  const link = /^ {4}PostLinkExternalAccount:$/m;
  const unlink = /^ {4}PostUnlinkExternalAccount:\n(?: {6}.*\n)+/m;
  const own =
    '      title: PostUnlinkExternalAccount\n      description: "In other words: schemas PostUnlinkExternalAccount description"\n';
  const text = formatYaml(upstreamLike())
    .replace(link, '    PostLinkExternalAccount: &account')
    .replace(unlink, `    PostUnlinkExternalAccount:\n      <<: *account\n${own}`);
  expect(text).toContain('<<: *account');
  const { class: verdict, changes } = await compareSpec(project.root, project.upstream(text));
  expect(changes).toEqual([]);
  expect(verdict).toBe('same');
});

test('spec:check names every place whose text changed, and nothing else, when every text did', async () => {
  const project = await projectCopy();
  const text = formatYaml(upstreamLike()).replaceAll('In other words:', 'Now in these words:');
  const comparison = await compareSpec(project.root, project.upstream(text));
  expect(comparison.class).toBe('docs');
  expect(comparison.changes).toEqual([]);
  const places = comparison.texts.map(({ place }) => place);
  expect(places).toEqual(Object.keys(comparison.parts.record.texts).filter((place) => !place.endsWith(' title')));
  expect(places).toContain('login 204');
  expect(places).toContain('schema LoginSession.id');
  expect(places).toContain('login query redirect');
  expect(places).toContain('security OAuth2 scope read');
  for (const place of places) expect(textReport(comparison)).toContain(`- ${place}: changed`);
});

test('spec:check reports for a person what changed, whom it reaches and what to do next', async () => {
  const project = await projectCopy();
  const description = upstreamLike();
  description.paths['/login'].post.responses['200'] = { description: 'OK' };
  description.components.parameters.redirectInQuery.required = true;
  description.security = [{ cookieAuth: [] }];
  const report = textReport(await compareSpec(project.root, project.upstream(description)));
  expect(report).toContain('breaking: upstream has changed: 2 breaking, 1 covered by the overlay.');
  expect(report).toMatch(/Breaking\n {2}- .*\n {4}reaches login, logout\n {4}make the method follow/);
  expect(report).toContain('  - response 200: is new\n    reaches login\n    the client refuses this answer');
  expect(report.match(/security: was OAuth2 or bearerAuth, is cookieAuth/g)).toHaveLength(1);
  expect(report).toContain('Overlay actions that will no longer fit\n  - $.security (');
  expect(report).toMatch(
    /Next: "npm run spec:update -- .*"; describe what it marks TODO; mend openapi\/corrections.overlay.yaml;/,
  );
});
