import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../scripts/contract/json.ts';
import { mapTexts } from '../../scripts/contract/structure.ts';
import { parseYaml } from '../../scripts/contract/yaml-file.ts';

/** The repository this test is part of. */
export const repository: string = join(import.meta.dirname, '../..');

/** Loosely typed, as it is taken apart by mutations. */
// biome-ignore lint/suspicious/noExplicitAny: mutations reach deep into it, each to another place
export type Description = any;

/**
 * A description such as upstream's: our seven operations, said in other words, among operations and schemas of other
 * parts of the server, with titles and extensions that are no concern of ours.
 */
export function upstreamLike(): Description {
  return structuredClone(description);
}

const description = build(parseYaml(readFileSync(join(repository, 'openapi/traq-auth.yaml'), 'utf8'), 'fragment'));

function build(fragment: JsonObject): Description {
  const reworded = mapTexts(fragment, (_, path) => `In other words: ${path.slice(-3).join(' ')}`) as Description;
  for (const [name, schema] of Object.entries<JsonObject>(reworded.components.schemas)) schema.title = name;
  const ok = (schema: Json) => ({ '200': { description: 'OK', content: { 'application/json': { schema } } } });
  return {
    ...reworded,
    info: { title: 'A server', version: '3.0', description: 'Chats, and more.' },
    servers: [{ url: 'https://chat.invalid/api/v3' }],
    'x-codegen-schemas': { schemas: { Event: { $ref: '#/components/schemas/Event' } } },
    paths: {
      '/version': { get: { operationId: 'getVersion', tags: ['public'], responses: ok({ type: 'object' }) } },
      ...reworded.paths,
      '/users/{userId}': {
        parameters: [{ $ref: '#/components/parameters/userIdInPath' }],
        get: { operationId: 'getUser', tags: ['user'], responses: ok({ $ref: '#/components/schemas/User' }) },
        patch: { tags: ['user'], responses: { '204': { description: 'No Content' } } },
      },
    },
    components: {
      ...reworded.components,
      schemas: {
        User: {
          title: 'User',
          type: 'object',
          properties: { friends: { type: 'array', items: { $ref: '#/components/schemas/User' } } },
        },
        ...reworded.components.schemas,
        Event: { type: 'object', description: 'Something happened.' },
      },
      parameters: {
        userIdInPath: { name: 'userId', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } },
        ...reworded.components.parameters,
      },
    },
    tags: [{ name: 'user' }, { name: 'authentication', description: 'Who one is' }, { name: 'me' }],
  };
}
