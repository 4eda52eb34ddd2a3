import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { type Place, pointerTo } from './references.ts';

// The keys below these are names, not keywords: a property called `title` is no title.
const named = new Set([
  ...['paths', 'responses', 'content', 'headers', 'schemas', 'requestBodies', 'securitySchemes', 'links', 'callbacks'],
  ...['parameters', 'pathItems', 'properties', 'patternProperties', 'definitions', '$defs', 'dependentSchemas'],
  ...['encoding', 'flows', 'variables', 'scopes', 'examples'],
]);

// Below these is data: a key called `$ref` there is no reference.
const data = new Set([
  ...['default', 'enum', 'const', 'mapping', 'required', 'dependentRequired', 'security', 'example', 'value'],
]);

/** Gives the replacement of an object, before its members are visited. `refs` are the `$ref`s that led to it. */
export type Enter = (node: JsonObject, place: Place, refs: readonly string[]) => JsonObject;

export interface Visitor {
  readonly enter?: Enter;
  /** Gives the replacement of an object, after its members were visited. */
  readonly leave?: (node: JsonObject) => Json;
}

/** A copy of a description, or of a part; the visitor sees every object that is neither names nor data. */
export function rebuild(value: Json, visitor: Visitor, place: Place = [], refs: readonly string[] = []): Json {
  if (Array.isArray(value)) {
    return value.map((item, index) => rebuild(item, visitor, [...place, memberKey(item, index)], refs));
  }
  if (!isObject(value)) return value;
  const within = typeof value.$ref === 'string' ? [...refs, value.$ref] : refs;
  const node = visitor.enter?.(value, place, refs) ?? value;
  const members = Object.entries(node).map(([key, member]): [string, Json] => {
    const at = [...place, key];
    if (data.has(key)) return [key, member];
    if (!named.has(key) || !isObject(member) || typeof member.$ref === 'string') {
      return [key, rebuild(member, visitor, at, within)];
    }
    const inner = Object.entries(member).map(([name, item]) => {
      return [name, rebuild(item ?? {}, visitor, [...at, name], within)] as const;
    });
    return [key, Object.fromEntries(inner)];
  });
  const result = Object.fromEntries(members);
  return visitor.leave?.(result) ?? result;
}

// Redocly crashes on what is nested deeper than 100 levels.
const maxDepth = 90;

/** A limit on the size: references can double it at each step. */
export function bounded(enter: Enter): Enter {
  let left = 50_000;
  return (node, place, refs) => {
    left -= 1;
    if (left < 0 || place.length > maxDepth) {
      throw new ContractError(
        `what our operations refer to takes no end, at ${pointerTo(place.slice(0, 9))}…; is it traQ's?`,
      );
    }
    return enter(node, place, refs);
  };
}

/** The name of a list item in a place: its content where the order does not matter, else its number. */
export function memberKey(item: Json | undefined, index: number | string): string {
  if (typeof item === 'string') return item;
  if (isObject(item) && typeof item.in === 'string' && typeof item.name === 'string') return `${item.in} ${item.name}`;
  return String(index);
}
