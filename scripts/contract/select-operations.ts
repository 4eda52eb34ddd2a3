import { ContractError } from './contract-error.ts';
import { type JsonObject, listOf, objectOf } from './json.ts';
import { type Operation, operationsOf, routeOf, shapeOf } from './operations.ts';
import { follow } from './references.ts';

/** One of our operations, and its counterpart upstream. */
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
  const pairs: Pair[] = [];
  const gone: Operation[] = [];
  for (const ours of known) {
    const same = all.filter(({ id }) => id === ours.id);
    if (same.length > 1) {
      const routes = same.map(routeOf).join(', ');
      throw new ContractError(
        `the operationId ${ours.id} is there ${same.length} times (${routes}); it must be unique`,
      );
    }
    const strangers = all.filter(({ id }) => !known.some((other) => other.id === id));
    const theirs = same[0] ?? strangers.find((other) => samePlace(other, ours));
    if (theirs === undefined) gone.push(ours);
    else pairs.push({ ours, theirs });
  }
  if (pairs.length === 0) {
    const ids = known.map(({ id }) => id).join(', ');
    throw new ContractError(`none of our operations is in it (${ids}); give traQ's own docs/v3-api.yaml`);
  }
  for (const { path } of gone) refuseLostPathItem(upstream, path);
  const named = listOf(fragment.tags).map((tag) => String(objectOf(tag).name));
  const has = (tags: readonly string[]) => (operation: Operation) =>
    tagsOf(operation).some((tag) => tags.includes(tag));
  const paired = pairs.map(({ theirs }) => theirs);
  // Where our tag has another name upstream, it is what all of ours carry there.
  const tags = paired.some(has(named))
    ? named
    : paired.map(tagsOf).reduce((a, b) => a.filter((tag) => b.includes(tag)));
  const added = all.filter((operation) => has(tags)(operation) && !paired.includes(operation));
  return { pairs, gone, added };
}

function tagsOf({ node }: Operation): string[] {
  // One that is not in a list is meant as well, and one in other letters.
  return [node.tags ?? []].flat().map((tag) => String(tag).trim().toLowerCase());
}

export function samePlace(a: Operation, b: Operation): boolean {
  return a.method === b.method && shapeOf(a.path) === shapeOf(b.path);
}

/** An operation whose path item is dangling is not gone. */
function refuseLostPathItem(upstream: JsonObject, path: string): void {
  for (const [theirs, item] of Object.entries(objectOf(upstream.paths))) {
    const { $ref } = objectOf(item);
    if (shapeOf(theirs) === shapeOf(path) && typeof $ref === 'string') follow(upstream, $ref, ['paths', theirs]);
  }
}
