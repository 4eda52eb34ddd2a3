import { type Json, type JsonObject, listOf, objectOf, sameJson } from './json.ts';
import { orderKeys } from './key-order.ts';
import { type Operation, parametersOf } from './operations.ts';
import { bounded, rebuild, type Visitor } from './rebuild.ts';
import { follow, pointerTo, stepsOf } from './references.ts';

/**
 * Brings a description, upstream's or our own, into the form that openapi/traq-auth.yaml has, texts included: the given
 * operations and what they reach, path items resolved, parameters, security and servers as they hold for each operation.
 * Nothing else is looked at, so nothing else has to be whole.
 */
export function formOf(document: JsonObject, operations: readonly Operation[], ours: JsonObject): JsonObject {
  const security = operations.map(({ node }) => node.security ?? document.security ?? []);
  const servers = operations.map(({ node, item }) => serversOf(node, item, document));
  const shared = { security: mostCommon(security), servers: mostCommon(servers) };
  const schemes = [objectOf(ours.components).securitySchemes, ...security.flatMap(listOf)].flatMap((value) =>
    Object.keys(objectOf(value)).map((name) => pointerTo(['components', 'securitySchemes', name])),
  );
  const reached = new Set(schemes);
  const visitor = copying(document, reached);
  const paths: JsonObject = {};
  for (const [index, operation] of operations.entries()) {
    const { id, method, path, node } = operation;
    const parameters = parametersOf(document, operation);
    const whole = {
      tags: node.tags,
      operationId: id,
      parameters: parameters.length > 0 ? parameters : undefined,
      ...without(node, 'tags', 'operationId', 'parameters', 'responses', 'servers', 'security'),
      responses: withoutExtensions(objectOf(node.responses)),
      servers: sameJson(servers[index], shared.servers) ? undefined : servers[index],
      security: sameJson(security[index], shared.security) ? undefined : security[index],
    };
    paths[path] = { ...objectOf(paths[path]), [method]: rebuild(defined(whole), visitor, ['paths', path, method]) };
  }
  return {
    openapi: document.openapi ?? '',
    info: {},
    servers: rebuild(shared.servers, visitor, ['servers']),
    tags: ours.tags ?? [],
    paths,
    components: componentsOf(document, reached, visitor),
    security: shared.security,
  };
}

/** Drops what is no part of the contract, follows references, and notes which components they reach. */
function copying(document: JsonObject, reached: Set<string>): Visitor {
  // In OpenAPI 3.0 what stands beside a $ref does not count.
  const alone = String(document.openapi).startsWith('3.0');
  return {
    enter: bounded((node, place, refs) => {
      const own = partOf(node);
      for (const ref of Object.values(objectOf(own.mapping))) {
        if (typeof ref !== 'string' || !ref.startsWith('#/')) continue;
        follow(document, ref, [...place, 'mapping']);
        reached.add(ref);
      }
      if (typeof own.$ref !== 'string') return own;
      const { $ref, ...beside } = own;
      const target = follow(document, $ref, place);
      if (stepsOf($ref).length === 3 && $ref.startsWith('#/components/')) {
        reached.add($ref);
        return alone ? { $ref } : own;
      }
      // What is written out within itself would have no end.
      return refs.includes($ref) ? {} : partOf(alone ? target : { ...target, ...beside });
    }),
  };
}

/** An object without extensions, examples and links to documents, and without keys that have no value. */
function partOf(node: JsonObject): JsonObject {
  const entries = Object.entries(withoutExtensions(node)).filter(
    ([key, value]) => value !== null || /^(default|const)$/.test(key),
  );
  return without(Object.fromEntries(entries), 'example', 'examples', 'externalDocs');
}

function withoutExtensions(node: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(node).filter(([key]) => !key.startsWith('x-')));
}

export function without(node: JsonObject, ...keys: string[]): JsonObject {
  return Object.fromEntries(Object.entries(node).filter(([key]) => !keys.includes(key)));
}

function defined(node: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(
    Object.entries(node).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function serversOf(...holders: JsonObject[]): Json {
  return holders.map(({ servers }) => listOf(servers)).find((servers) => servers.length > 0) ?? [{ url: '/' }];
}

/** What most of the operations have: it stands at the root, and each of the others says its own. */
function mostCommon(values: readonly Json[]): Json {
  const count = (value: Json | undefined) => values.filter((other) => sameJson(other, value)).length;
  return values.reduce<Json>((most, value) => (count(value) > count(most) ? value : most), values[0] ?? []);
}

/** The components that are reached, and those that these reach, in the order in which the description has them. */
function componentsOf(document: JsonObject, reached: Set<string>, visitor: Visitor): JsonObject {
  const copies = new Map<string, Json>();
  // Grows while it is walked.
  for (const ref of reached) {
    const place = stepsOf(ref);
    const [, kind = '', name = ''] = place;
    const entry = objectOf(objectOf(document.components)[kind])[name];
    if (entry !== undefined) copies.set(pointerTo(place), rebuild(entry ?? {}, visitor, place));
  }
  const kinds = Object.entries(objectOf(document.components)).map(([kind, entries]) => {
    const kept = Object.keys(objectOf(entries)).flatMap((name) => {
      const copy = copies.get(pointerTo(['components', kind, name]));
      return copy === undefined ? [] : [[name, copy] as const];
    });
    return [kind, Object.fromEntries(kept)] as const;
  });
  return Object.fromEntries(kinds.filter(([, entries]) => Object.keys(entries).length > 0));
}

/** A description, or a part of one, without texts and examples. Scopes keep their names. */
export function withoutTexts(value: Json): Json {
  return rebuild(value, {
    enter: (node) => {
      const scopes = Object.keys(objectOf(node.scopes)).map((name) => [name, ''] as const);
      const kept = without(node, 'summary', 'description', 'title', 'example', 'examples');
      return scopes.length > 0 ? { ...kept, scopes: Object.fromEntries(scopes) } : kept;
    },
  });
}

/** What openapi/traq-auth.yaml holds of a form: everything but the texts. */
export function structureOf(form: JsonObject): JsonObject {
  return { ...objectOf(rebuild(withoutTexts(form), { leave: orderKeys })), info: {} };
}
