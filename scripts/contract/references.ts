import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** The steps from the root of a description to something in it. */
export type Place = readonly string[];

/** A place as the rest of the world writes it: `#/paths/~1login/post`. */
export function pointerTo(place: Place): string {
  return `#${place.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')}`;
}

/** The steps of a pointer such as `#/paths/~1login/post`. */
export function stepsOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((step) => decoded(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

/** What stands at a place; undefined if nothing does. */
export function valueAt(root: Json, place: Place): Json | undefined {
  return place.reduce<Json | undefined>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as JsonObject)[step]
        : undefined,
    root,
  );
}

/** What a `$ref` means, through as many others as it takes. `place` is where it stands. */
export function follow(document: JsonObject, $ref: string, place: Place): JsonObject {
  const seen = new Set<string>();
  let target: JsonObject = { $ref };
  while (typeof target.$ref === 'string') {
    const ref = target.$ref;
    const refuse = (why: string): never => {
      const advice = 'mend it, or take a version of the file that is whole';
      throw new ContractError(`the $ref to ${short(ref)} at ${pointerTo(place)} ${why}; ${advice}`);
    };
    if (!ref.startsWith('#')) refuse('leads to another document');
    if (seen.has(ref)) refuse('leads back to itself');
    seen.add(ref);
    const found = ref.startsWith('#/') ? valueAt(document, stepsOf(ref)) : undefined;
    if (!isObject(found)) return refuse('leads nowhere');
    target = found;
  }
  return target;
}

export function short(text: string): string {
  return text.length > 90 ? `${text.slice(0, 89)}…` : text;
}
