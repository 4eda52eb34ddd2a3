import { type Contract, schemaName } from './contract.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { objectOf } from './operations.ts';
import { pointerSteps } from './read-description.ts';

/** A place in a wire form: `operations`, `login`, `parameters`, `query redirect`, … */
export type Place = readonly string[];

/** Where each operation is found. */
export type Routes = ReadonlyMap<string, { readonly method: string; readonly path: string }>;

/** What goes over the wire: a contract whose schemas stand where they are used. */
export type Wire = { operations: JsonObject; securitySchemes: JsonObject };

export function wireOf({ operations, schemas, securitySchemes }: Contract): Wire {
  const expand = (value: Json, within: readonly string[] = []): Json => {
    if (Array.isArray(value)) return value.map((item) => expand(item, within));
    if (!isObject(value)) return value;
    const name = nameOf(value);
    if (name === undefined)
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, expand(inner, within)]));
    // A schema within itself says no more than it has said already.
    return within.includes(name) ? {} : expand(schemas[name] ?? {}, [...within, name]);
  };
  return { operations: objectOf(expand(operations)), securitySchemes: objectOf(expand(securitySchemes)) };
}

/** The named schema that a place refers to. */
export function nameOf(value: Json | undefined): string | undefined {
  return isObject(value) && typeof value.$ref === 'string' ? schemaName(value.$ref) : undefined;
}

/** A description for the tools, of the given operations at their paths. */
export function openApiOf(wire: Wire, routes: Routes): JsonObject {
  const paths: JsonObject = {};
  for (const [id, { method, path }] of routes) {
    const { parameters, ...rest } = objectOf(wire.operations[id]);
    const operation = { operationId: id, parameters: Object.values(objectOf(parameters)), ...rest };
    paths[path] = { ...objectOf(paths[path]), [method]: operation };
  }
  return {
    openapi: '3.0.3',
    info: { title: 'traQ', version: '1' },
    paths,
    components: { securitySchemes: wire.securitySchemes },
  };
}

/** Which place of the wire form a pointer into that description means. */
export function placeOf(pointer: string, wire: Wire, routes: Routes): Place {
  const [root, path, method, ...rest] = pointerSteps(pointer);
  if (root === 'components') return ['securitySchemes', ...(method === undefined ? [] : [method]), ...rest];
  const id = [...routes].find(([, route]) => route.path === path && route.method === method)?.[0];
  if (root !== 'paths' || id === undefined) return [];
  if (rest[0] === 'parameters' && rest[1] !== undefined) {
    rest[1] = Object.keys(objectOf(objectOf(wire.operations[id]).parameters))[Number(rest[1])] ?? rest[1];
  }
  return ['operations', id, ...rest];
}
