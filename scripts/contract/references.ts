import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** The steps from the root of a description to something in it. */
export type Place = readonly string[];

/** A place as a JSON pointer: `#/paths/~1login/post`. */
export function pointerTo(place: Place): string {
  return `#${place.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}

/** The steps of a pointer such as `#/paths/~1login/post`. */
export function stepsOf(pointer: string): string[] {
  const steps = pointer.split('/').slice(1);
  return steps.map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What to do about a description that is broken where our operations are. */
export const takeWhole = 'mend it, or take a version of the file that is whole';

/** A list of a node's; empty if it has none. What else stands there would be passed over, so it is refused. */
export function listAt(node: JsonObject, key: string, place: Place): Json[] {
  const list = node[key] ?? [];
  if (!Array.isArray(list)) throw new ContractError(`${pointerTo([...place, key])} is no list; ${takeWhole}`);
  return list;
}

/** A value's own member; undefined if it has none of that name. */
export function memberOf(value: Json | undefined, key: string): Json | undefined {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as JsonObject)[key]
    : undefined;
}

/** What a `$ref` refers to, through any number of others. `place` is where it stands. */
export function follow(document: JsonObject, $ref: string, place: Place): JsonObject {
  const seen = new Set<string>();
  let target: JsonObject = { $ref };
  while (typeof target.$ref === 'string') {
    const ref = target.$ref;
    const found = ref.startsWith('#/') ? stepsOf(ref).reduce<Json | undefined>(memberOf, document) : undefined;
    const fault = !ref.startsWith('#') ? 'to another document' : seen.has(ref) ? 'back to itself' : 'nowhere';
    if (!isObject(found) || seen.has(ref)) {
      const what = `the $ref to ${short(ref)} at ${pointerTo(place)} leads ${fault}`;
      throw new ContractError(`${what}; ${takeWhole}`);
    }
    seen.add(ref);
    target = found;
  }
  return target;
}

export function short(text: string): string {
  return text.length > 200 ? `${text.slice(0, 199)}…` : text;
}
