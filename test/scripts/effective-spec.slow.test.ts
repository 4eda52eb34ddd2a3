import { describe, expect, test, vi } from 'vitest';
import { objectOf } from '../../scripts/contract/json.ts';
import { operationsOf, routeOf } from '../../scripts/contract/operations.ts';
import { readProjectFile } from '../../scripts/contract/project-files.ts';
import { redoclyLint } from '../../scripts/contract/redocly.ts';
import { readHeld } from '../../scripts/contract/spec-comparison.ts';
import { parseYaml } from '../../scripts/contract/yaml-file.ts';
import { type Description, repository } from './upstream-like.ts';

// Redocly and threads start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const effective: Description = parseYaml(readProjectFile(repository, 'generated/traq-auth.openapi.yaml'), 'effective');
const { fragment, corrections } = readHeld(repository);

describe('generated/traq-auth.openapi.yaml', () => {
  const pairs = operationsOf(effective).flatMap(({ id, node }) =>
    Object.entries(objectOf(node.responses)).map(([status, answer]) => ({ id, status, answer })),
  );

  test('traq-auth.openapi.yaml describes 36 pairs of operation and status, 14 of them as upstream does', () => {
    expect(pairs).toHaveLength(36);
    expect(operationsOf(fragment).flatMap(({ node }) => Object.keys(objectOf(node.responses)))).toHaveLength(14);
  });

  test('traq-auth.openapi.yaml gives every refusal a message, written out', () => {
    for (const { answer, status } of pairs) {
      const schema = (answer as Description).content?.['application/json']?.schema;
      if (status >= '400')
        expect(schema).toMatchObject({
          type: 'object',
          properties: { message: { type: 'string' } },
          required: ['message'],
        });
    }
  });

  test('traq-auth.openapi.yaml promises the headers that the client cannot do without', () => {
    const promised = pairs.flatMap(({ id, status, answer }) =>
      Object.entries<Description>((answer as Description).headers ?? {}).flatMap(([name, { required }]) =>
        required ? `${id} ${status}: ${name}` : [],
      ),
    );
    expect(promised.toSorted()).toEqual([
      'getMyExternalAccounts 429: Retry-After',
      'getMySessions 429: Retry-After',
      'linkExternalAccount 302: Location',
      'linkExternalAccount 429: Retry-After',
      'login 204: Set-Cookie',
      'login 302: Location',
      'login 302: Set-Cookie',
      'logout 302: Location',
      'revokeMySession 429: Retry-After',
      'unlinkExternalAccount 429: Retry-After',
    ]);
  });

  test('traq-auth.openapi.yaml asks for the cookie on all but login and logout, and knows no token', () => {
    expect(effective.security).toEqual([{ cookieAuth: [] }]);
    expect(Object.keys(effective.components.securitySchemes)).toEqual(['cookieAuth']);
    const open = operationsOf(effective).filter(({ node }) => node.security !== undefined);
    expect(open.map(routeOf)).toEqual(['POST /login', 'POST /logout']);
    for (const { node } of open) expect(node.security).toEqual([]);
  });

  test('traq-auth.openapi.yaml has nothing that Redocly objects to', async () => {
    expect(await redoclyLint(effective)).toEqual([]);
  });

  test('traq-auth.openapi.yaml is described in English of our own, reason by reason', () => {
    const texts = readProjectFile(repository, 'openapi/descriptions.overlay.yaml');
    expect(texts + JSON.stringify(corrections)).not.toMatch(/[\u3040-\u30ff\u4e00-\u9fff]/);
    for (const action of corrections.content.actions as Description[]) expect(action.description).toMatch(/\w{3,}.*\./);
  });
});

test('redoclyLint objects to an unsound description', async () => {
  const unsound = structuredClone(effective);
  unsound.paths['/login'].post.responses['204'] = {};
  unsound.paths['/logout'].post.operationId = 'login';
  expect(await redoclyLint(unsound)).toEqual([
    expect.objectContaining({ undescribed: true, pointer: '#/paths/~1login/post/responses/204' }),
    expect.objectContaining({ undescribed: false, text: expect.stringContaining('operation-operationId-unique') }),
  ]);
});
