import { ContractError } from './contract-error.ts';
import { isObject, type JsonObject, listOf, objectOf } from './json.ts';
import { type Operation, operationsOf, parameterNames, routeOf, shapeOf } from './operations.ts';
import { follow } from './references.ts';

/** One of our operations, and what upstream has in its place. */
export interface Pair {
  readonly ours: Operation;
  readonly theirs: Operation;
}

export interface Selection {
  readonly pairs: readonly Pair[];
  readonly gone: readonly Operation[];
  /** Operations that upstream has put under our tag. */
  readonly added: readonly Operation[];
}

/** Finds our operations in upstream's description: by operationId, else by method and path. */
export function selectOperations(fragment: JsonObject, upstream: JsonObject): Selection {
  const known = operationsOf(fragment);
  const all = operationsOf(upstream);
  const found = known.map((ours) => ({ ours, theirs: counterpart(ours, known, all) }));
  const pairs = found.flatMap(({ ours, theirs }) => (theirs === undefined ? [] : [{ ours, theirs }]));
  if (pairs.length === 0) {
    const ids = known.map(({ id }) => id).join(', ');
    throw new ContractError(`none of our operations is in it (${ids}); give traQ's own docs/v3-api.yaml`);
  }
  const gone = found.flatMap(({ ours, theirs }) => (theirs === undefined ? [ours] : []));
  for (const { path } of gone) refuseLostPathItem(upstream, path);
  const tags = listOf(fragment.tags).map((tag) => objectOf(tag).name);
  const taken = new Set(pairs.map(({ theirs }) => theirs.node));
  const added = all.filter(({ node }) => !taken.has(node) && listOf(node.tags).some((tag) => tags.includes(tag)));
  return { pairs, gone, added };
}

function counterpart(ours: Operation, known: readonly Operation[], all: readonly Operation[]): Operation | undefined {
  const same = all.filter(({ id }) => id === ours.id);
  if (same.length > 1) {
    const routes = same.map(routeOf).join(', ');
    throw new ContractError(
      `the operationId ${ours.id} is there ${same.length} times (${routes}); take a version in which it is unique`,
    );
  }
  const stranger = ({ id }: Operation) => !known.some((other) => other.id === id);
  return same[0] ?? all.find((other) => samePlace(other, ours) && stranger(other));
}

export function samePlace(a: Operation, b: Operation): boolean {
  return a.method === b.method && shapeOf(a.path) === shapeOf(b.path);
}

/** An operation is not gone if what should hold it leads nowhere. */
function refuseLostPathItem(upstream: JsonObject, path: string): void {
  for (const [theirs, item] of Object.entries(objectOf(upstream.paths))) {
    if (shapeOf(theirs) !== shapeOf(path) || !isObject(item) || typeof item.$ref !== 'string') continue;
    follow(upstream, item.$ref, ['paths', theirs]);
  }
}

/** Their operation by our operationId, at our address, and with our names of path parameters. */
export function aligned({ ours, theirs }: Pair): Operation {
  const { id, method, path } = ours;
  const names = shapeOf(path) === shapeOf(theirs.path) ? parameterNames(path) : [];
  const renamed = new Map(parameterNames(theirs.path).map((name, index) => [name, names[index] ?? name]));
  return { ...theirs, id, method, path, renamed };
}
