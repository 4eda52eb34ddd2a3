import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject, objectOf } from './json.ts';
import { follow, listAt, type Place, pointerTo, takeWhole } from './references.ts';

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
    return Object.entries(item).flatMap(([method, node]) => {
      if (!isObject(node) || method.startsWith('x-')) return [];
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
  const inherited = byName(document, item, ['paths', path]);
  return [...new Map([...inherited, ...byName(document, node, ['paths', path, method])]).values()];
}

function byName(document: JsonObject, node: JsonObject, place: Place): Map<string, Json> {
  const parameters = new Map<string, Json>();
  for (const [index, entry] of listAt(node, 'parameters', place).entries()) {
    if (entry === null) continue;
    const { $ref } = objectOf(entry);
    const at = [...place, 'parameters'];
    const meant = typeof $ref === 'string' ? follow(document, $ref, [...at, `${index}`]) : objectOf(entry);
    const name = `${meant.in} ${meant.name}`;
    if (parameters.has(name)) throw new ContractError(`${pointerTo(at)} has ${name} twice; ${takeWhole}`);
    parameters.set(name, entry);
  }
  return parameters;
}

/** `POST /login`, as people write it. */
export function routeOf({ method, path }: Operation): string {
  return `${method.toUpperCase()} ${path}`;
}

/** The path with its parameters unnamed: `/users/me/sessions/{}`. */
export function shapeOf(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, '{}');
}
