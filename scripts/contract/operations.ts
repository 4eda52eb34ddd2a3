import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject, listOf, objectOf } from './json.ts';
import { follow } from './references.ts';

/** An operation and where it stands. */
export interface Operation {
  readonly id: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly item: JsonObject;
  readonly node: JsonObject;
}

/** Every operation of a description; a path item whose reference is dangling has none. */
export function operationsOf(document: JsonObject): Operation[] {
  return Object.entries(objectOf(document.paths)).flatMap(([path, entry]) => {
    const item = path.startsWith('/') ? pathItem(document, objectOf(entry), path) : {};
    return ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'].flatMap((method) => {
      const node = item[method];
      if (!isObject(node)) return [];
      return [{ id: typeof node.operationId === 'string' ? node.operationId : undefined, method, path, item, node }];
    });
  });
}

function pathItem(document: JsonObject, entry: JsonObject, path: string): JsonObject {
  try {
    return typeof entry.$ref === 'string' ? { ...follow(document, entry.$ref, ['paths', path]), ...entry } : entry;
  } catch (error) {
    if (error instanceof ContractError) return {};
    throw error;
  }
}

/** The parameters of an operation, those of its path included unless it has its own of that name. */
export function parametersOf(document: JsonObject, { path, method, item, node }: Operation): Json[] {
  const inherited = listOf(item.parameters).map((entry, index) => ({ entry, place: ['parameters', `${index}`] }));
  const own = listOf(node.parameters).map((entry, index) => ({ entry, place: [method, 'parameters', `${index}`] }));
  const parameters = [...inherited, ...own].flatMap(({ entry, place }): [string, Json][] => {
    if (!isObject(entry)) return [];
    const meant = typeof entry.$ref === 'string' ? follow(document, entry.$ref, ['paths', path, ...place]) : entry;
    return [[`${meant.in} ${meant.name}`, entry]];
  });
  return [...new Map(parameters).values()];
}

/** `POST /login`, as people write it. */
export function routeOf({ method, path }: Operation): string {
  return `${method.toUpperCase()} ${path}`;
}

/** The path with its parameters unnamed: `/users/me/sessions/{}`. */
export function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, '{}');
}
