import { openapiFilter } from 'openapi-format';
import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { listOf, type Operation, objectOf, operationsOf, parameterNames, routeOf, shapeOf } from './operations.ts';

/** One of our operations and what upstream has in its place. */
export interface Pair {
  readonly ours: Operation;
  /** `renamedTo` is its operationId where that is not ours; empty if it has none. */
  readonly theirs: Operation & { readonly renamedTo?: string };
}

export interface Selection {
  /** Upstream's description of our operations and of new ones beside them, with our operationIds. */
  readonly document: JsonObject;
  readonly pairs: readonly Pair[];
  readonly gone: readonly Operation[];
  /** Operations that upstream has put under our tag. */
  readonly added: readonly Operation[];
}

/** Finds our operations in upstream's description: by operationId, else by method and path. */
export async function selectOperations(fragment: JsonObject, upstream: JsonObject, name: string): Promise<Selection> {
  const document = objectOf(withoutNulls(upstream));
  const known = operationsOf(fragment);
  const all = operationsOf(document);
  const pairs: Pair[] = [];
  const gone: Operation[] = [];
  for (const ours of known) {
    const same = all.filter(({ id }) => id === ours.id);
    if (same.length > 1) {
      throw new ContractError(
        `${name} has the operationId ${ours.id} ${same.length} times (${same.map(routeOf).join(', ')})`,
      );
    }
    const theirs = same[0] ?? all.find((candidate) => standsIn(candidate, ours, known));
    if (theirs === undefined) gone.push(ours);
    else pairs.push({ ours, theirs: theirs.id === ours.id ? theirs : { ...theirs, renamedTo: theirs.id ?? '' } });
  }
  if (pairs.length === 0) {
    throw new ContractError(
      `${name} describes none of our operations (${known.map(({ id }) => id).join(', ')}); is it traQ's?`,
    );
  }
  const tags = listOf(fragment.tags).flatMap((tag) => (isObject(tag) ? [tag.name] : []));
  const taken = new Set(pairs.map(({ theirs }) => theirs.node));
  const added = all.filter(({ node }) => !taken.has(node) && listOf(node.tags).some((tag) => tags.includes(tag)));
  return { document: await reduce(document, pairs, added), pairs, gone, added };
}

function standsIn(candidate: Operation, ours: Operation, known: readonly Operation[]): boolean {
  const samePlace = candidate.method === ours.method && shapeOf(candidate.path) === shapeOf(ours.path);
  return samePlace && !known.some(({ id }) => id === candidate.id);
}

/** Leaves in the description what the chosen operations need, under the ids that we know them by. */
async function reduce(document: JsonObject, pairs: readonly Pair[], added: readonly Operation[]): Promise<JsonObject> {
  for (const { ours, theirs } of pairs) if (ours.id !== undefined) theirs.node.operationId = ours.id;
  const ids = [...pairs.map(({ ours }) => ours.id), ...added.map(({ id }) => id)].filter((id) => id !== undefined);
  // The filter would keep whatever these refer to.
  for (const key of Object.keys(document)) if (key.startsWith('x-')) delete document[key];
  const unusedComponents = ['schemas', 'parameters', 'responses', 'headers', 'requestBodies', 'examples'];
  const { data } = await openapiFilter(document, { filterSet: { inverseOperationIds: ids, unusedComponents } });
  const found = operationsOf(data as JsonObject).map(({ id }) => id);
  const lost = ids.filter((id) => !found.includes(id));
  if (lost.length > 0) throw new Error(`openapi-format lost ${lost.join(', ')}`);
  return data as JsonObject;
}

/** A copy in which a key without a value is no key; the tools stumble over those. */
function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(
    ([key, inner]) => inner !== null || key === 'default' || key === 'example',
  );
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutNulls(inner)]));
}

/** How the path parameters of a pair are called now, where only their names changed. */
export function renamedParameters({ ours, theirs }: Pair): Map<string, string> {
  if (shapeOf(ours.path) !== shapeOf(theirs.path)) return new Map();
  const now = parameterNames(theirs.path);
  return new Map(
    parameterNames(ours.path).flatMap((name, index) => (name === now[index] ? [] : [[now[index] ?? '', name]])),
  );
}
