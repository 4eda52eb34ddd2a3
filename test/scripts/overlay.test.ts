import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../scripts/contract/json.ts';
import { applyOverlay, type Overlay } from '../../scripts/contract/overlay.ts';

const description: JsonObject = {
  security: [{ token: [] }],
  paths: {
    '/a': { get: { description: 'A', responses: { '200': { description: 'OK' } } } },
    '/b': { get: { deprecated: true } },
  },
};

const overlay = (...actions: JsonObject[]): Overlay => ({
  path: 'openapi/corrections.overlay.yaml',
  content: { overlay: '1.0.0', actions: actions.map((action) => ({ description: 'Because.', ...action })) },
  changes: 'structure',
});

const problemsOf = async (...actions: JsonObject[]) => (await applyOverlay(description, overlay(...actions))).problems;

describe('applyOverlay', () => {
  test('applyOverlay changes a copy', async () => {
    const before = structuredClone(description);
    const action = { target: '$.paths[*].get', 'x-matches': 2, update: { security: [] } };
    const { document, problems } = await applyOverlay(description, overlay(action));
    expect(problems).toEqual([]);
    expect(document).toMatchObject({ paths: { '/a': { get: { security: [] } }, '/b': { get: { security: [] } } } });
    expect(description).toEqual(before);
  });

  test('applyOverlay tells an action that matches another number of places than it says', async () => {
    const update = { security: [] };
    expect(await problemsOf({ target: '$.paths[*].get', 'x-matches': 3, update })).toEqual([
      '$.paths[*].get ("Because.") matches 2 places where it says 3',
    ]);
    expect(await problemsOf({ target: '$.paths[*].put', 'x-matches': 1, update })).toEqual([
      '$.paths[*].put ("Because.") matches 0 places where it says 1',
    ]);
  });

  test('applyOverlay tells an action that leaves one of its places as it was', async () => {
    expect(await problemsOf({ target: '$.paths[*].get', 'x-matches': 2, update: { deprecated: true } })).toEqual([
      '$.paths[*].get ("Because.") changes nothing in 1 place: deprecated',
    ]);
    const partly = { deprecated: true, security: [] };
    expect(await problemsOf({ target: '$.paths[*].get', 'x-matches': 2, update: partly })).toHaveLength(1);
  });

  test('applyOverlay tells an update that adds nothing to a list', async () => {
    const [none, listed] = [{ security: [] }, [{ token: [] }]];
    expect(await problemsOf({ target: '$', 'x-matches': 1, update: none })).toEqual([
      '$ ("Because.") changes nothing in 1 place: security',
    ]);
    expect(await problemsOf({ target: '$.security', 'x-matches': 1, update: listed })).toHaveLength(1);
    expect(await problemsOf({ target: '$.security', 'x-matches': 1, update: [{ cookie: [] }] })).toEqual([]);
  });

  test('applyOverlay tells an update that OpenAPI 3.0 does not see beside a $ref', async () => {
    const paths = { '/a': { get: { responses: { '401': { $ref: '#/components/responses/No' } } } } };
    const update = { responses: { '401': { headers: {} }, '500': {} } };
    const action = overlay({ target: '$.paths[*].get', 'x-matches': 1, update });
    expect((await applyOverlay({ openapi: '3.0.0', paths }, action)).problems).toEqual([
      '$.paths[*].get ("Because.") writes beside a $ref in 1 place, where it does not count',
    ]);
    expect((await applyOverlay({ openapi: '3.1.0', paths }, action)).problems).toEqual([]);
  });

  test('applyOverlay takes a change of texts alone for none', async () => {
    const update = { '200': { description: 'Fine' } };
    expect(await problemsOf({ target: "$.paths['/a'].get.responses", 'x-matches': 1, update })).toHaveLength(1);
  });

  test('applyOverlay takes every item that matches out of a list', async () => {
    const list = { servers: [{ url: 'a' }, { url: 'b' }, { url: 'c' }, { url: 'd' }] };
    const action = { target: "$.servers[?(@.url!='c')]", 'x-matches': 3, remove: true };
    const { document, problems } = await applyOverlay(list, overlay(action));
    expect(document).toEqual({ servers: [{ url: 'c' }] });
    expect(problems).toEqual([]);
  });

  test('applyOverlay asks an overlay of texts for neither reason nor number, and tells a text said twice', async () => {
    const update = { description: 'A' };
    const actions = [
      { target: "$.paths['/b'].get", update },
      { target: '$.paths[*].get', update },
    ];
    const { problems } = await applyOverlay(description, {
      path: 'openapi/descriptions.overlay.yaml',
      content: { overlay: '1.0.0', actions },
      changes: 'texts',
    });
    expect(problems).toEqual([
      '$.paths[*].get matches 2 places where it says 1',
      '$.paths[*].get changes nothing in 2 places: description',
    ]);
  });

  test('applyOverlay tells an action that removes what another one puts back', async () => {
    const remove = { target: '$.security', 'x-matches': 1, remove: true };
    expect(await problemsOf(remove, { target: '$', 'x-matches': 1, update: { security: [{ cookie: [] }] } })).toEqual(
      [],
    );
    expect(await problemsOf(remove, { target: '$', 'x-matches': 1, update: { security: [{ token: [] }] } })).toEqual([
      '$.security ("Because.") takes away what another action puts back',
    ]);
  });

  test.for([
    ['no target', { 'x-matches': 1, update: {} }, /action 1 \(of none\) has no target/],
    ['no reason', { target: '$', description: ' ', 'x-matches': 1, update: {} }, /gives no reason/],
    ['no number of places', { target: '$', update: {} }, /does not say in x-matches/],
    ['no places', { target: '$', 'x-matches': 0, update: {} }, /does not say in x-matches/],
    ['nothing to do', { target: '$', 'x-matches': 1 }, /needs either/],
    ['both things to do', { target: '$.paths', 'x-matches': 1, update: {}, remove: true }, /needs either/],
  ] as const)('applyOverlay refuses an action with %s', async ([, action, sentence]) => {
    await expect(problemsOf(action as unknown as JsonObject)).rejects.toThrow(sentence);
  });

  test('applyOverlay refuses what is no Overlay 1.0.0', async () => {
    const content = { overlay: '1.1.0', actions: [] };
    await expect(applyOverlay(description, { ...overlay(), content })).rejects.toThrow(
      'openapi/corrections.overlay.yaml is not an Overlay 1.0.0 document',
    );
  });
});
