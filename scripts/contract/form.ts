import { type Json, type JsonObject, listOf, objectOf } from './json.ts';
import { orderKeys } from './key-order.ts';
import { type Operation, parametersOf } from './operations.ts';
import { bounded, rebuild, type Visitor } from './rebuild.ts';
import { follow, pointerTo, stepsOf } from './references.ts';

/**
 * Brings a description, upstream's or our own, into the form that openapi/traq-auth.yaml has, texts included: the given
 * operations and what they reach, with the parameters and servers of their paths. Nothing else is looked at, so nothing
 * else has to be whole.
 */
export function formOf(document: JsonObject, operations: readonly Operation[], ours: JsonObject): JsonObject {
  const { openapi = '', security = [], servers = [] } = document;
  const named = [security, ...operations.map(({ node }) => node.security ?? [])].flatMap(listOf).map(objectOf);
  const schemes = [objectOf(objectOf(ours.components).securitySchemes), ...named].flatMap(Object.keys);
  const reached = new Set(schemes.map((name) => pointerTo(['components', 'securitySchemes', name])));
  const visitor = copying(document, reached);
  const paths: JsonObject = {};
  for (const operation of operations) {
    const { id = null, method, path, item, node } = operation;
    const parameters = parametersOf(document, operation);
    const statuses = Object.entries(objectOf(node.responses)).filter(([status]) => !status.startsWith('x-'));
    const responses = Object.fromEntries(statuses);
    const whole = { ...node, operationId: id, parameters, responses, servers: node.servers ?? item.servers ?? null };
    const copy = rebuild(parameters.length > 0 ? whole : without(whole, 'parameters'), visitor, [
      'paths',
      path,
      method,
    ]);
    paths[path] = { ...objectOf(paths[path]), [method]: copy };
  }
  const components = componentsOf(document, reached, visitor);
  const [sites, tags] = [rebuild(servers, visitor, ['servers']), ours.tags ?? []];
  return { openapi, info: {}, servers: sites, tags, paths, components, security };
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
        reached.add(pointerTo(stepsOf(ref)));
      }
      if (typeof own.$ref !== 'string') return own;
      const { $ref, ...beside } = own;
      const target = follow(document, $ref, place);
      const steps = stepsOf($ref);
      if (steps[0] === 'components' && steps.length === 3) {
        reached.add(pointerTo(steps));
        return alone ? { $ref } : own;
      }
      // What is written out within itself would have no end.
      return refs.includes($ref) ? {} : partOf(alone ? target : { ...target, ...beside });
    }),
  };
}

/** An object without extensions, examples and links to documents, and without keys that have no value. */
function partOf(node: JsonObject): JsonObject {
  const counts = ([key, value]: [string, Json]) =>
    !/^(x-.*|examples?|externalDocs)$/.test(key) && (value !== null || /^(default|const)$/.test(key));
  return Object.fromEntries(Object.entries(node).filter(counts));
}

export function without(node: JsonObject, ...keys: string[]): JsonObject {
  return Object.fromEntries(Object.entries(node).filter(([key]) => !keys.includes(key)));
}

/** The components that are reached, and those that these reach, in the order in which the description has them. */
function componentsOf(document: JsonObject, reached: Set<string>, visitor: Visitor): JsonObject {
  const kinds = Object.entries(objectOf(document.components)).map(([kind, all]) => [kind, objectOf(all)] as const);
  const copies = new Map<string, Json>();
  // Grows while it is walked.
  for (const pointer of reached) {
    const [, kind = '', name = ''] = stepsOf(pointer);
    const entry = kinds.find(([other]) => other === kind)?.[1][name];
    if (entry !== undefined) copies.set(pointer, rebuild(entry ?? {}, visitor, ['components', kind, name]));
  }
  const kept = kinds.map(([kind, all]): [string, JsonObject] => {
    const names = Object.keys(all).map((name) => [name, copies.get(pointerTo(['components', kind, name]))] as const);
    return [kind, Object.fromEntries(names.filter((pair): pair is [string, Json] => pair[1] !== undefined))];
  });
  return Object.fromEntries(kept.filter(([, copied]) => Object.keys(copied).length > 0));
}

/** A description, or a part of one, without texts and examples. Scopes keep their names. */
export function withoutTexts(value: Json): Json {
  const enter = ({ scopes, ...node }: JsonObject) => ({
    ...without(node, 'summary', 'description', 'title', 'example', 'examples'),
    ...(scopes !== undefined && {
      scopes: Object.fromEntries(Object.keys(objectOf(scopes)).map((name) => [name, ''])),
    }),
  });
  return rebuild(value, { enter });
}

/** What openapi/traq-auth.yaml holds of a form: everything but the texts. */
export function structureOf(form: JsonObject): JsonObject {
  return { ...objectOf(rebuild(withoutTexts(form), { leave: orderKeys })), info: {} };
}
