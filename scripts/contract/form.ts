import { type Json, type JsonObject, listOf, objectOf } from './json.ts';
import { orderKeys } from './key-order.ts';
import { type Operation, parametersOf } from './operations.ts';
import { bounded, rebuild, type Visitor } from './rebuild.ts';
import { follow, listAt, pointerTo, stepsOf } from './references.ts';

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
    const list = parametersOf(document, operation);
    const statuses = Object.entries(objectOf(node.responses)).filter(([status]) => !status.startsWith('x-'));
    const addresses = [listAt(node, 'servers', ['paths', path, method]), listAt(item, 'servers', ['paths', path])];
    const whole: JsonObject = {
      ...node,
      operationId: id,
      parameters: list.length > 0 ? list : null,
      responses: Object.fromEntries(statuses),
      servers: addresses.find(({ length }) => length > 0) ?? null,
      // Without a value it asks for nothing; to leave it out would be to ask for what all others do.
      ...('security' in node && { security: node.security ?? [] }),
    };
    const copy = rebuild(whole, visitor, ['paths', path, method]);
    paths[path] = { ...objectOf(paths[path]), [method]: copy };
  }
  return {
    openapi,
    info: {},
    servers: rebuild(servers, visitor, ['servers']),
    tags: ours.tags ?? [],
    paths,
    components: componentsOf(document, reached, visitor),
    security,
  };
}

/** Drops what is no part of the contract, follows references, and notes which components they reach. */
function copying(document: JsonObject, reached: Set<string>): Visitor {
  // In OpenAPI 3.0 what stands beside a $ref does not count.
  const alone = String(document.openapi).startsWith('3.0');
  return {
    enter: bounded((node, place, refs) => {
      const own = partOf(node);
      listAt(own, 'allOf', place);
      for (const ref of Object.values(objectOf(own.mapping))) {
        if (typeof ref !== 'string' || !ref.startsWith('#/')) continue;
        follow(document, ref, [...place, 'mapping']);
        reached.add(pointerTo(stepsOf(ref)));
      }
      if (typeof own.$ref !== 'string') return own;
      const { $ref, ...beside } = own;
      const target = follow(document, $ref, place);
      const steps = stepsOf($ref);
      // Others are written out: an overlay would write beside the $ref, where it does not count.
      if (steps.length === 3 && /^components (schemas|parameters) /.test(steps.join(' '))) {
        reached.add(pointerTo(steps));
        return alone ? { $ref } : own;
      }
      // A schema within itself would be written without end.
      return refs.includes($ref) ? {} : partOf(alone ? target : { ...target, ...beside });
    }),
  };
}

/**
 * An object without extensions, examples, comments and links to documents, and without keys that have no value. What
 * `$defs` define is written where it is used.
 */
function partOf(node: JsonObject): JsonObject {
  const counts = ([key, value]: [string, Json]) =>
    !/^(x-.*|examples?|externalDocs|\$comment|\$defs)$/.test(key) && (value !== null || /^(default|const)$/.test(key));
  return Object.fromEntries(Object.entries(node).filter(counts));
}

export function without(node: JsonObject, ...keys: string[]): JsonObject {
  return Object.fromEntries(Object.entries(node).filter(([key]) => !keys.includes(key)));
}

/** The components that are reached, and those that these reach, in the order in which the description has them. */
function componentsOf(document: JsonObject, reached: Set<string>, visitor: Visitor): JsonObject {
  const all = Object.entries(objectOf(document.components)).flatMap(([kind, entries]) =>
    Object.entries(objectOf(entries)).map(([name, entry]) => ({ kind, name, entry: entry ?? {} })),
  );
  const pointerOf = ({ kind, name }: (typeof all)[number]) => pointerTo(['components', kind, name]);
  const known = new Map(all.map((one) => [pointerOf(one), one]));
  const copies = new Map<string, Json>();
  // It grows during the iteration.
  for (const pointer of reached) {
    const one = known.get(pointer);
    if (one !== undefined) copies.set(pointer, rebuild(one.entry, visitor, ['components', one.kind, one.name]));
  }
  const components: JsonObject = {};
  for (const one of all) {
    const copy = copies.get(pointerOf(one));
    if (copy !== undefined) components[one.kind] = { ...objectOf(components[one.kind]), [one.name]: copy };
  }
  return components;
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
