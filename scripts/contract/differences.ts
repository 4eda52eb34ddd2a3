import { isObject, type Json, sameJson } from './json.ts';
import { memberKey } from './rebuild.ts';
import { memberOf, type Place, stepsOf } from './references.ts';

export interface Difference {
  readonly place: Place;
  /** The value before, and the value now; undefined if there is none. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Where two values differ, as deep down as possible. */
export function differences(before: Json | undefined, after: Json | undefined, place: Place = []): Difference[] {
  const [a, b] = [membersOf(before, place), membersOf(after, place)];
  if (a === undefined || b === undefined) return sameJson(before, after) ? [] : [{ place, before, after }];
  const keys = new Set([...a.keys(), ...b.keys()]);
  return [...keys].flatMap((key) => differences(a.get(key), b.get(key), [...place, key]));
}

function membersOf(value: Json | undefined, place: Place): Map<string, Json> | undefined {
  // Each of these is compared as a whole, lists included; below responses, `default` is a name.
  if (/^(security|servers|default)$/.test(place.at(-1) ?? '') && place.at(-2) !== 'responses') return undefined;
  if (Array.isArray(value)) return new Map(value.map((item, index) => [memberKey(item, index), item]));
  return isObject(value) ? new Map(Object.entries(value)) : undefined;
}

/** The place of a pointer, with list items named as `differences` names them. */
export function placeOf(pointer: string, document: Json): Place {
  let value: Json | undefined = document;
  return stepsOf(pointer).map((step) => {
    const parent = value;
    value = memberOf(parent, step);
    return Array.isArray(parent) ? memberKey(value, step) : step;
  });
}

/** Whether one place lies within the other. */
export function overlap(a: Place, b: Place): boolean {
  const length = Math.min(a.length, b.length);
  return length > 0 && a.slice(0, length).every((step, index) => step === b[index]);
}
