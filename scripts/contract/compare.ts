import { type Change, changeOf } from './change.ts';
import { type Difference, differences, overlap, placeOf } from './differences.ts';
import { isObject, type Json, type JsonObject, listOf, objectOf } from './json.ts';
import { type RatedChange, redoclyDiff } from './redocly.ts';
import { type Place, short } from './references.ts';
import { labelOf } from './wire.ts';

export type Rate = (base: JsonObject, revision: JsonObject) => Promise<RatedChange[]>;

/** Two descriptions in one form: ours before, upstream's after. */
export type Both = readonly [before: JsonObject, after: JsonObject];

/**
 * Lists where two wire forms differ. Redocly rates the differences; what it leaves unrated is breaking until somebody
 * has looked. A difference that disappears in the effective forms, once the overlay has been applied, is covered.
 */
export async function wireChanges(
  [before, after]: Both,
  effective: () => Promise<Both>,
  rate: Rate = redoclyDiff,
): Promise<Change[]> {
  const found = differences(before, after);
  if (found.length === 0) return [];
  const rated = (await rate(before, after)).map(({ base, revision, property = '', impact }) => {
    const place = base === undefined ? placeOf(revision?.pointer ?? '', after) : placeOf(base.pointer, before);
    return { impact, place: property === '' || place.at(-1) === property ? place : [...place, property] };
  });
  const [ours, theirs] = await effective();
  const open = differences(ours, theirs);
  const disputed = differences(after, theirs).filter(isDisputed);
  const schemes = objectOf(objectOf(before.components).securitySchemes);
  const changes = new Map<string, Change>();
  for (const difference of found) {
    const { place } = difference;
    const within = (other: { readonly place: Place }) => overlap(other.place, place);
    const impacts = rated.filter(within).map(({ impact }) => impact);
    const against = disputed.filter(within);
    // What the overlay replaces, or puts back, is no agreement: it must not hide a new difference.
    const agreed = against.every((one) => one.before === undefined && difference.after !== undefined);
    const covered = agreed && !open.some(within) && !asksForMore(difference, schemes);
    const told = tell(difference, impacts, Object.keys(before.paths ?? {}));
    const change = { ...told, covered, ...(!covered && against.length > 0 && dispute) };
    // The same difference in several operations is one change, with the gravest class among them.
    const key = JSON.stringify([change.place, change.what, covered]);
    const same = changes.get(key);
    const worst = same?.class === 'breaking' ? same : change;
    changes.set(key, changeOf([...(same?.operations ?? []), ...change.operations], worst));
  }
  return [...changes.values()];
}

const dispute = {
  class: 'breaking',
  review: true,
  advice: 'the overlay says something else there, and generate goes by it: find out which is right',
} as const;

/** Whether the overlay replaces what upstream says, or adds to the content that upstream describes. */
function isDisputed({ place, before }: Difference): boolean {
  if (before === undefined) return place.slice(0, -1).includes('content');
  // These it replaces as a whole, or takes away.
  return !place.some((step) => /^(security|servers|securitySchemes)$/.test(step));
}

/** A security that the overlay does not know: by a new scheme, or by several together. */
function asksForMore({ place, after }: Difference, schemes: JsonObject): boolean {
  const ways = place.at(-1) === 'security' ? listOf(after).map((way) => Object.keys(objectOf(way))) : [];
  return ways.some((names) => names.length > 1 || names.some((name) => !(name in schemes)));
}

function tell(difference: Difference, impacts: readonly RatedChange['impact'][], all: readonly string[]): Change {
  const { operation, label } = labelOf(difference.place);
  const operations = operation === undefined ? all.map((path) => path.slice(1)) : [operation];
  return changeOf(operations, { ...judge(difference, label, impacts), place: label, what: whatOf(difference) });
}

function judge(
  { place, before, after }: Difference,
  label: string,
  impacts: readonly RatedChange['impact'][],
): Pick<Change, 'class' | 'review' | 'advice'> {
  const breaking = (advice: string, review = false) => ({ class: 'breaking', review, advice }) as const;
  if (place.at(-1) === 'pattern' && before !== undefined && after !== undefined)
    return breaking('review: no tool can tell whether the new pattern takes more or less', true);
  if (label === 'servers') return breaking('find out where the server is now: the default of baseUrl hangs on it');
  if (place.at(-1) === 'requestBody' && objectOf(after).required === true)
    return breaking('the method sends no body; find out what has to be in it');
  if (/^(requestBody|responses › [^›]+) › json$/.test(label) && after === undefined)
    return breaking('nobody says any more what is in the body; ask');
  if (place.slice(-2).includes('properties') && after === undefined)
    return breaking('ask what the server looks at, or gives, in its place');
  if (place.at(-1) === (label.startsWith('requestBody') ? 'readOnly' : 'writeOnly') && after === true)
    return breaking('the field is not for this direction any more: ask what takes its place');
  if (place.at(-1) === 'default' && /^(parameters|requestBody) /.test(label))
    return breaking('what the method leaves out means something else now: send it, or tell its users');
  if (isObject(before) && after === false) return breaking('nothing is valid here any more: ask what is meant');
  if (impacts.length === 0 && label !== 'security') return breaking('review: the tools cannot rate this', true);
  if (before === undefined && /^responses › ([23]|default)[^›]*$/.test(label))
    return breaking('the client refuses this response as unexpected until it is taught what it means');
  if (label === 'security' || impacts.includes('major'))
    return breaking('make the method follow, and tell its users in the change log');
  const ends = place.at(-1) === 'deprecated' && after === true;
  const advice = ends ? 'ask what takes its place' : 'take it over; what works today goes on working';
  return { class: 'compatible', review: false, advice };
}

function whatOf({ place, before, after }: Difference): string {
  const shown = (value: Json | undefined) => short(JSON.stringify(value) ?? '');
  const itself = (value: Json | undefined) => isObject(value) || value === place.at(-1);
  if (before === undefined) return itself(after) ? 'is new' : `is ${shown(after)}, was not given`;
  if (after === undefined) return itself(before) ? 'is gone' : `is not given any more, was ${shown(before)}`;
  return `is ${shown(after)}, was ${shown(before)}`;
}
