import { isObject, type Json, type JsonObject } from './json.ts';
import { resolvePointer } from './read-description.ts';

export const httpMethods: readonly string[] = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** An operation and where it stands. */
export interface Operation {
  readonly id: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly item: JsonObject;
  readonly node: JsonObject;
}

/** Every operation of a description; what is not shaped like one is passed over. */
export function operationsOf(document: JsonObject): Operation[] {
  return Object.entries(objectOf(document.paths)).flatMap(([path, entry]) => {
    const item = objectOf(dereference(document, entry));
    return httpMethods.flatMap((method) => {
      const node = item[method];
      if (!isObject(node)) return [];
      return [{ id: typeof node.operationId === 'string' ? node.operationId : undefined, method, path, item, node }];
    });
  });
}

/** `POST /login`, as people write it. */
export function routeOf({ method, path }: Pick<Operation, 'method' | 'path'>): string {
  return `${method.toUpperCase()} ${path}`;
}

/** The path with its parameters unnamed: `/users/me/sessions/{}`. */
export function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, '{}');
}

export function parameterNames(path: string): string[] {
  return [...path.matchAll(/\{([^}]*)\}/g)].map(([, name]) => name ?? '');
}

/** Follows `$ref`s to what they mean; one that goes in circles means nothing. */
export function dereference(document: JsonObject, value: Json | undefined): Json | undefined {
  const seen = new Set<string>();
  let current = value;
  while (isObject(current) && typeof current.$ref === 'string') {
    if (seen.has(current.$ref)) return undefined;
    seen.add(current.$ref);
    current = resolvePointer(document, current.$ref);
  }
  return current;
}

export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

export function listOf(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}

/** The parameters of an operation, those of its path included, by place and name. */
export function parametersOf(document: JsonObject, { item, node }: Operation): Map<string, JsonObject> {
  const parameters = [...listOf(item.parameters), ...listOf(node.parameters)];
  return new Map(
    parameters.flatMap((entry) => {
      const parameter = dereference(document, entry);
      return isObject(parameter) ? [[`${parameter.in} ${parameter.name}`, parameter] as const] : [];
    }),
  );
}
