import { isObject, type Json, type JsonObject, sameJson } from './json.ts';
import { objectOf } from './operations.ts';
import type { Place, Wire } from './wire.ts';

export interface Difference {
  readonly place: Place;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** What a property that is gone is called now. */
  readonly nowCalled?: string;
  /** Where else the tools may speak of it. */
  readonly also?: Place;
}

/** Where two wire forms differ, as deep down as one can say, what belongs together as one difference. */
export function wireDifferences(before: Wire, after: Wire): Difference[] {
  const found = differences(comparable(before), comparable(after), []);
  return found.flatMap((difference) => {
    const { place } = difference;
    const owner = place.slice(0, -2);
    const name = place.at(-1) ?? '';
    const at = (...steps: string[]) => found.find((other) => sameJson([...other.place], [...owner, ...steps]));
    if (place.at(-2) === 'required') return at('properties', name) === undefined ? [difference] : [];
    if (place.at(-2) !== 'properties') return [difference];
    const siblings = found.filter((other) => sameJson([...other.place.slice(0, -1)], [...owner, 'properties']));
    const twin = twinOf(difference, siblings);
    if (twin !== undefined)
      return difference.after === undefined ? [{ ...difference, nowCalled: twin.place.at(-1) ?? '' }] : [];
    const demanded = difference.before === undefined && at('required', name) !== undefined && inRequest(place);
    return [demanded ? { ...difference, also: [...owner, 'required'] } : difference];
  });
}

/** The one property that came where this one went, or went where it came, and is like it. */
function twinOf(difference: Difference, siblings: readonly Difference[]): Difference | undefined {
  const { before, after } = difference;
  const like = (other: Difference) =>
    before === undefined
      ? other.after === undefined && sameJson(other.before, after)
      : other.before === undefined && sameJson(other.after, before);
  if (before !== undefined && after !== undefined) return undefined;
  const twins = siblings.filter(like);
  const rivals = siblings.filter((other) =>
    before === undefined ? sameJson(other.after, after) : sameJson(other.before, before),
  );
  return twins.length === 1 && rivals.length === 1 ? twins[0] : undefined;
}

export function inRequest(place: Place): boolean {
  return place[2] === 'requestBody' || place[2] === 'parameters';
}

function differences(before: Json | undefined, after: Json | undefined, place: Place): Difference[] {
  const [a, b] = [branches(before, place), branches(after, place)];
  if (a !== undefined && b !== undefined) {
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) =>
      differences(a[key], b[key], [...place, key]),
    );
  }
  return sameJson(before, after) ? [] : [{ place, before, after }];
}

/** Security is one thing for each operation; any other collection is compared member by member. */
function branches(value: Json | undefined, place: Place): JsonObject | undefined {
  if (place.at(-1) === 'security') return undefined;
  if (Array.isArray(value)) return value.some(isObject) ? { ...(value as unknown as JsonObject) } : undefined;
  return isObject(value) ? value : undefined;
}

/** The wire form with the names of required properties as keys, so that each can be told apart. */
function comparable(wire: Wire): JsonObject {
  const change = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(change);
    if (!isObject(value)) return value;
    const { required, ...rest } = value;
    const names = Array.isArray(required) ? Object.fromEntries(required.map((name) => [String(name), true])) : required;
    const inner = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, change(item)]));
    return names === undefined || 'required' in inner
      ? inner
      : { ...inner, required: isObject(required) ? change(required) : names };
  };
  return objectOf(change(wire));
}
