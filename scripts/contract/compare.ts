import { type Change, changeOf } from './change.ts';
import { type Difference, differences, overlap, placeOf } from './differences.ts';
import { isObject, type Json, type JsonObject, sameJson } from './json.ts';
import { type RatedChange, redoclyDiff } from './redocly.ts';
import { type Place, short } from './references.ts';
import { labelOf, type Wire } from './wire.ts';

export type Rate = (base: JsonObject, revision: JsonObject) => Promise<RatedChange[]>;

/** What two descriptions say, ours before and upstream's after. */
export type Both<T> = readonly [before: T, after: T];

/**
 * Tells where the wire forms differ. Redocly rates the differences; what it leaves unrated is breaking until somebody has
 * looked. A difference that is none any more once the overlay has been applied, in the effective forms, is covered.
 */
export async function wireChanges(
  wires: Both<Wire>,
  effectiveWires: () => Promise<Both<Wire>>,
  rate: Rate = redoclyDiff,
): Promise<Change[]> {
  const [before, after] = [wires[0].structure, wires[1].structure];
  const found = differences(before, after);
  if (found.length === 0) return [];
  const rated = (await rate(before, after)).map(({ base, revision, property, impact }) => {
    const place = base === undefined ? placeOf(revision?.pointer ?? '', after) : placeOf(base.pointer, before);
    return { impact, place: property === undefined || place.at(-1) === property ? place : [...place, property] };
  });
  const effective = await effectiveWires();
  const left = differences(effective[0].structure, effective[1].structure);
  const changes = new Map<string, Change>();
  for (const difference of found) {
    const { place } = difference;
    const impacts = rated.filter((one) => overlap(one.place, place)).map(({ impact }) => impact);
    const change = tell(difference, impacts, [...wires[0].schemas.keys()]);
    const covered = !left.some((other) => overlap(other.place, place));
    const key = JSON.stringify([change.place, change.what, covered]);
    const same = changes.get(key);
    // The same thing in several operations is one change, as grave as in the worst of them.
    const worst = same?.class === 'breaking' ? same : change;
    const operations = [...(same?.operations ?? []), ...change.operations];
    changes.set(key, { ...worst, ...changeOf(worst.class, operations, worst), review: worst.review, covered });
  }
  return [...changes.values()];
}

function tell(difference: Difference, impacts: readonly RatedChange['impact'][], all: readonly string[]): Change {
  const { operation, label: place } = labelOf(difference.place);
  const apart = place === 'security' || place === 'servers';
  const review = (impacts.length === 0 && !apart) || isPatternChange(difference);
  const news = isNewSuccess(difference);
  const breaking = review || news || apart || impacts.includes('major');
  const what = whatOf(difference);
  const advice = adviceOn(difference, { review, news, breaking });
  return {
    ...changeOf(breaking ? 'breaking' : 'compatible', operation === undefined ? all : [operation], {
      place,
      what,
      advice,
    }),
    review,
  };
}

function whatOf({ place, before, after }: Difference): string {
  const itself = (value: Json | undefined) => isObject(value) || value === place.at(-1);
  if (before === undefined) return itself(after) ? 'is new' : `is ${shown(after)}, was not given`;
  if (after === undefined) return itself(before) ? 'is gone' : `is not given any more, was ${shown(before)}`;
  return `is ${shown(after)}, was ${shown(before)}`;
}

function shown(value: Json | undefined): string {
  return short(JSON.stringify(value) ?? 'nothing');
}

function isPatternChange({ place, before, after }: Difference): boolean {
  return place.at(-1) === 'pattern' && before !== undefined && after !== undefined;
}

function isNewSuccess({ place, before }: Difference): boolean {
  return before === undefined && isResponse(place) && /^([23]|default)/.test(place.at(-1) ?? '');
}

function isResponse(place: Place): boolean {
  return place.length === 5 && place.at(-2) === 'responses';
}

function adviceOn(
  difference: Difference,
  { review, news, breaking }: { review: boolean; news: boolean; breaking: boolean },
): string {
  if (isPatternChange(difference)) return 'review: no tool can tell whether the new pattern takes more or less';
  if (review) return 'review: the tools cannot rate this';
  if (news) return 'the client refuses this response as unexpected until it is taught what it means';
  if (!breaking) return 'take it over; what works today goes on working';
  if (difference.place.at(-1) === 'servers')
    return 'find out where the server is now: the default of baseUrl hangs on it';
  if (difference.after === undefined) return 'find out what takes its place, then make the method follow';
  return 'make the method follow, and tell its users in the change log';
}

/** Schemas that go by other names. Their names become those of generated types; the wire knows nothing of it. */
export function schemaNameChanges([before, after]: Both<Wire>): Change[] {
  const changes = new Map<string, string[]>();
  for (const [operation, names] of before.schemas) {
    const now = after.schemas.get(operation) ?? new Set();
    const gone = [...names].filter((name) => !now.has(name));
    const news = [...now].filter((name) => !names.has(name));
    const what = [...gone.map((name) => `${name} is gone`), ...news.map((name) => `${name} is new`)].join(', ');
    if (what !== '') changes.set(what, [...(changes.get(what) ?? []), operation]);
  }
  const advice = 'the compiler names the places that use the type';
  return [...changes].map(([what, operations]) =>
    changeOf('compatible', operations, { place: 'names of schemas', what, advice }),
  );
}

/** A move between OpenAPI 3.0 and 3.1. */
export function versionChanges(before: JsonObject, after: JsonObject, operations: readonly string[]): Change[] {
  const [was, is] = [before, after].map(({ openapi }) => String(openapi).split('.').slice(0, 2).join('.'));
  if (sameJson(was, is)) return [];
  const advice = 'look over the generated types: the versions read some keywords in different ways';
  return [changeOf('compatible', operations, { place: 'openapi', what: `is ${is}, was ${was}`, advice })];
}
