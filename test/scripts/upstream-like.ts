import { join } from 'node:path';
import { type Json, type JsonObject, objectOf } from '../../scripts/contract/json.ts';
import { rebuild } from '../../scripts/contract/rebuild.ts';
import { readHeld } from '../../scripts/contract/spec-comparison.ts';

/** The repository this test is part of. */
export const repository: string = join(import.meta.dirname, '../..');

/** Loosely typed, as it is taken apart by mutations. */
// biome-ignore lint/suspicious/noExplicitAny: mutations reach deep into it, each to another place
export type Description = any;

/**
 * A description such as upstream's: our seven operations with a text at every place, among operations and schemas of
 * other parts of the server, with titles, extensions and loose ends that are no concern of ours.
 */
export function upstreamLike(): Description {
  return structuredClone(description);
}

const description = build(readHeld(repository).fragment);

function build(fragment: JsonObject): Description {
  const worded: Description = rebuild(fragment, {
    enter: (node, place) => {
      if (typeof node.$ref === 'string') return node;
      const scopes = Object.keys(objectOf(node.scopes)).map((name) => [name, `In other words: ${name}`]);
      const isOperation = place[0] === 'paths' && place.length === 3;
      const isSchema = place[1] === 'schemas' && place.length === 3;
      const said = {
        ...node,
        description: `In other words: ${place.join(' ')}`,
        ...(isOperation && { summary: `In other words: ${place[1]}` }),
        ...(isSchema && { title: place[2] ?? '' }),
      };
      return scopes.length === 0 ? said : { ...said, scopes: Object.fromEntries(scopes) };
    },
  });
  const ok = (schema: Json) => ({ '200': { description: 'OK', content: { 'application/json': { schema } } } });
  return {
    ...worded,
    info: { title: 'A server', version: '3.0', description: 'Chats, and more.' },
    'x-codegen-schemas': { schemas: { Event: { $ref: '#/components/schemas/Event' } } },
    paths: {
      '/version': { get: { operationId: 'getVersion', tags: ['public'], responses: ok({ type: 'object' }) } },
      ...worded.paths,
      '/users/{userId}': {
        parameters: [{ $ref: '#/components/parameters/userIdInPath' }],
        get: { operationId: 'getUser', tags: ['user'], responses: ok({ $ref: '#/components/schemas/User' }) },
        patch: { tags: ['user'], responses: { '204': { description: 'No Content' } } },
      },
      '/users/{userId}/icon': { $ref: './icons.yaml#/icon' },
      '/webhooks': { get: { operationId: 'getWebhooks', responses: ok({ $ref: '#/components/schemas/Lost' }) } },
    },
    components: {
      ...worded.components,
      schemas: {
        User: {
          title: 'User',
          type: 'object',
          properties: { friends: { type: 'array', items: { $ref: '#/components/schemas/User' } } },
        },
        ...worded.components.schemas,
        Event: { type: 'object', description: 'Something happened.' },
      },
      parameters: {
        userIdInPath: { name: 'userId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
        ...worded.components.parameters,
      },
    },
    tags: [{ name: 'user' }, { name: 'authentication', description: 'Who one is' }, { name: 'me' }],
  };
}
