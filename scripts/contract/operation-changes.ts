import { type Change, changeOf } from './change.ts';
import { type Operation, routeOf } from './operations.ts';
import { type Pair, type Selection, samePlace } from './select-operations.ts';

/** Operations that went, came, moved, or have another name. */
export function operationChanges({ pairs, gone, added }: Selection): Change[] {
  return [...gone.map(lost), ...pairs.flatMap(renamed), ...pairs.flatMap(moved), ...added.map(news)];
}

function lost(ours: Operation): Change {
  return changeOf('breaking', [ours.id ?? ''], {
    place: routeOf(ours),
    what: `${ours.id} is gone`,
    advice: 'the method calls what upstream no longer describes: ask whether it still works, and deprecate it if not',
  });
}

function renamed({ ours, theirs }: Pair): Change[] {
  const { id = '' } = ours;
  if (theirs.id === id) return [];
  const what = theirs.id === undefined ? `${id} has no operationId any more` : `${id} is now called ${theirs.id}`;
  const advice = 'after the update the compiler names every place that has to follow';
  return [changeOf('breaking', [id], { place: routeOf(ours), what, advice })];
}

function moved({ ours, theirs }: Pair): Change[] {
  const { id = '' } = ours;
  const place = routeOf(ours);
  if (!samePlace(ours, theirs)) {
    const advice =
      'released versions call the old address: make the method follow, and ask whether both work for a while';
    return [changeOf('breaking', [id], { place, what: `${id} has moved to ${routeOf(theirs)}`, advice })];
  }
  if (ours.path === theirs.path) return [];
  const advice = 'the address itself is as before; the route in types, errors and documents has to follow';
  return [changeOf('compatible', [id], { place, what: `${id} is now written ${routeOf(theirs)}`, advice })];
}

function news(theirs: Operation): Change {
  return changeOf('breaking', theirs.id === undefined ? [] : [theirs.id], {
    place: routeOf(theirs),
    what: `${theirs.id ?? 'an operation without an operationId'} is new beside our operations`,
    advice: 'decide whether the client offers it',
  });
}
