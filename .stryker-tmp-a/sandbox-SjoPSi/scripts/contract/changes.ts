import type { Contract } from './contract.ts';
import type { Difference } from './differences.ts';
import { methodsOf } from './facade-methods.ts';
import type { Json } from './json.ts';
import { labelOf, shown } from './labels.ts';
import { objectOf } from './operations.ts';
import type { RatedChange } from './redocly.ts';
import { type Place, placeOf, type Routes, type Wire } from './wire.ts';

/** Something that changed upstream, told once for all operations that it touches. */
export interface Change {
  readonly class: 'breaking' | 'compatible';
  /** The tools cannot tell: somebody has to look. */
  readonly review: boolean;
  /** The overlay has said so all along, or takes it away: nothing changes for the client. */
  readonly covered: boolean;
  readonly place: string;
  readonly what: string;
  readonly operations: readonly string[];
  readonly methods: readonly string[];
  readonly advice: string;
}

type Impact = RatedChange['impact'] | undefined;

/** What Redocly says about the place of a difference; the worst, if it says several things. */
export function impactOn(
  changes: readonly RatedChange[],
  [before, after]: readonly [Wire, Wire],
  routes: Routes,
): (difference: Difference) => Impact {
  const ratings = changes.map(({ base, revision, property, impact }) => {
    const place =
      base === undefined ? placeOf(revision?.pointer ?? '#/', after, routes) : placeOf(base.pointer, before, routes);
    return { impact, place: property === undefined || place.at(-1) === property ? place : [...place, property] };
  });
  return ({ place, also }) => {
    const impacts = ratings
      .filter((one) => overlap(one.place, place) || overlap(one.place, also ?? []))
      .map(({ impact }) => impact);
    return (['major', 'minor', 'patch'] as const).find((one) => impacts.includes(one));
  };
}

/** Whether one place lies within the other. */
export function overlap(a: Place, b: Place): boolean {
  const length = Math.min(a.length, b.length);
  return length > 0 && a.slice(0, length).every((step, index) => step === b[index]);
}

/** Tells differences as changes: the same thing once, with all the operations it touches. */
export function changesOf(
  found: readonly Difference[],
  [before, after]: readonly [Contract, Contract],
  impactOf: (difference: Difference) => Impact,
  isCovered: (difference: Difference) => boolean,
): Change[] {
  const groups = new Map<string, Change>();
  for (const difference of found) {
    const { place, keyword } = labelOf(difference.place, difference.before === undefined ? after : before);
    const impact = impactOf(difference);
    const covered = isCovered(difference);
    const what = tell(difference, keyword);
    const key = JSON.stringify([place, what, covered]);
    const group = groups.get(key);
    const review = impact === undefined || isPatternChange(difference);
    const breaking = review || impact === 'major' || isNewSuccess(difference) || difference.nowCalled !== undefined;
    const touched = difference.place[0] === 'operations' ? [difference.place[1] ?? ''] : Object.keys(before.operations);
    groups.set(key, {
      class: breaking || group?.class === 'breaking' ? 'breaking' : 'compatible',
      review: review || group?.review === true,
      covered,
      place,
      what,
      ...reaching([...(group?.operations ?? []), ...touched]),
      advice: advise(difference, breaking, review),
    });
  }
  return [...groups.values()];
}

export function reaching(operations: Iterable<string>): Pick<Change, 'operations' | 'methods'> {
  const unique = [...new Set(operations)];
  return { operations: unique, methods: methodsOf(unique) };
}

function tell({ before, after, place, nowCalled, also }: Difference, keyword: string): string {
  const [step, name = ''] = place.slice(-2);
  if (name === 'security') return `was ${securityText(before)}, is ${securityText(after)}`;
  if (step === 'required') return before === undefined ? `${name} is required now` : `${name} is no longer required`;
  if (nowCalled !== undefined) return `is gone; ${nowCalled}, which is like it, is new`;
  if (keyword === '') return before === undefined ? `is new${also === undefined ? '' : ', and required'}` : 'is gone';
  if (before === undefined) return `${keyword} is ${shown(after)}, was not given`;
  if (after === undefined) return `${keyword} is not given any more, was ${shown(before)}`;
  return `${keyword} is ${shown(after)}, was ${shown(before)}`;
}

function securityText(value: Json | undefined): string {
  const alternatives = Array.isArray(value)
    ? value.map((one) => Object.keys(objectOf(one)).join(' with ') || 'nothing')
    : [];
  return alternatives.join(' or ') || 'open to all';
}

function isPatternChange({ place, before, after }: Difference): boolean {
  return place.at(-1) === 'pattern' && before !== undefined && after !== undefined;
}

function isNewSuccess({ place, before }: Difference): boolean {
  return before === undefined && place.at(-2) === 'responses' && /^([23]|default)/.test(place.at(-1) ?? '');
}

function advise(difference: Difference, breaking: boolean, review: boolean): string {
  if (isPatternChange(difference)) return 'review: no tool can tell whether the new pattern takes more or less';
  if (review) return 'review: the tools cannot rate this';
  if (difference.nowCalled !== undefined)
    return `make the client go by ${difference.nowCalled}, and tell its users in the change log`;
  if (isNewSuccess(difference)) return 'the client refuses this answer as unexpected until it is taught what it means';
  if (!breaking) return 'take it over; what works today goes on working';
  if (difference.after === undefined) return 'find out what takes its place, then make the method follow';
  return 'make the method follow, and tell its users in the change log';
}
