import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject, listOf, objectOf } from './json.ts';
import { follow, type Place } from './references.ts';

const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** An operation and where it stands. */
export interface Operation {
  readonly id: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly item: JsonObject;
  readonly node: JsonObject;
  /** Path parameters whose names are to be others: what they are called in the description → what they are to be. */
  readonly renamed?: ReadonlyMap<string, string>;
}

/** Every operation of a description; path items that lead nowhere have none. */
export function operationsOf(document: JsonObject): Operation[] {
  return Object.entries(objectOf(document.paths)).flatMap(([path, entry]) => {
    const item = path.startsWith('/') ? pathItem(document, objectOf(entry), path) : {};
    return methods.flatMap((method) => {
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

/** The parameters of an operation, those of its path included unless it has its own of that name. */
export function parametersOf(document: JsonObject, { path, method, item, node, renamed }: Operation): Json[] {
  const parameters = new Map<string, Json>();
  for (const [list, place] of [
    [item.parameters, ['paths', path, 'parameters']],
    [node.parameters, ['paths', path, method, 'parameters']],
  ] as [Json | undefined, Place][]) {
    for (const [index, entry] of listOf(list).entries()) {
      if (!isObject(entry)) continue;
      const meant = typeof entry.$ref === 'string' ? follow(document, entry.$ref, [...place, `${index}`]) : entry;
      const name = meant.in === 'path' ? renamed?.get(String(meant.name)) : undefined;
      parameters.set(`${meant.in} ${meant.name}`, name === undefined ? entry : { ...meant, name });
    }
  }
  return [...parameters.values()];
}
