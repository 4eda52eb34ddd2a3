import { openapiOverlay, resolveJsonPath } from 'openapi-format';
import { ContractError } from './contract-error.ts';
import { withoutTexts } from './form.ts';
import { isObject, type Json, type JsonObject, sameJson } from './json.ts';
import { type Place, valueAt } from './references.ts';

interface Action {
  /** The target, with the reason where one is given. */
  readonly label: string;
  readonly target: string;
  readonly matches: number;
  readonly raw: JsonObject;
}

interface Match {
  readonly value: Json;
  readonly parent?: Json;
  readonly key?: string | number;
}

export interface Overlaid {
  readonly document: JsonObject;
  /** A sentence for each action that no longer fits the description. */
  readonly problems: readonly string[];
}

/** An overlay, with the path that messages name. */
export interface Overlay {
  readonly path: string;
  readonly content: JsonObject;
  /** What it is there to change. Of one that corrects the structure, a change of texts alone counts for none. */
  readonly changes: 'structure' | 'texts';
}

/**
 * Applies an overlay and says where it does not fit: an action that matches another number of places than its x-matches,
 * or one that finds a place as it would leave it, in part or whole.
 */
export async function applyOverlay(description: JsonObject, overlay: Overlay): Promise<Overlaid> {
  const problems: string[] = [];
  const removed: { label: string; place: Place }[] = [];
  let document = structuredClone(description);
  for (const { label, target, matches, raw } of actionsOf(overlay)) {
    const found = resolveJsonPath(document, target) as Match[];
    if (found.length !== matches) problems.push(`${label} matches ${count(found.length)} where it says ${matches}`);
    const already = found.flatMap(({ value }) => alreadySo(value, raw.update, overlay.changes));
    const members = [...new Set(already)].join(', ');
    if (already.length > 0) problems.push(`${label} changes nothing in ${count(already.length)}: ${members}`);
    if (raw.remove === true) {
      removed.push(...found.flatMap((match) => placesOf(document, match).map((place) => ({ label, place }))));
      removeAll(found);
      continue;
    }
    const set = { overlay: '1.0.0', actions: [raw as never] };
    document = (await openapiOverlay(document, { overlaySet: set })).data as JsonObject;
  }
  for (const { label, place } of removed) {
    const [before, after] = [valueAt(description, place), valueAt(document, place)];
    if (before !== undefined && after !== undefined && sameJson(withoutTexts(before), withoutTexts(after))) {
      problems.push(`${label} takes away what another action puts back`);
    }
  }
  return { document, problems };
}

function actionsOf({ path, content, changes }: Overlay): Action[] {
  if (content.overlay !== '1.0.0' || !Array.isArray(content.actions)) {
    throw new ContractError(`${path} is not an Overlay 1.0.0 document with a list of actions`);
  }
  return content.actions.map((raw, index) => {
    const which = `${path}, action ${index + 1}`;
    if (!isObject(raw) || typeof raw.target !== 'string') throw new ContractError(`${which} has no target`);
    const { target, description, 'x-matches': matches = changes === 'texts' ? 1 : 0 } = raw;
    const reason = typeof description === 'string' ? description.trim() : '';
    if (changes === 'structure' && reason === '') {
      throw new ContractError(`${which} (${target}) gives no reason in its description`);
    }
    if (typeof matches !== 'number' || !Number.isInteger(matches) || matches < 1) {
      throw new ContractError(`${which} (${target}) does not say in x-matches how many places it changes`);
    }
    if ((raw.remove === true) === (raw.update !== undefined)) {
      throw new ContractError(`${which} (${target}) needs either "remove: true" or an update`);
    }
    return { label: reason === '' ? target : `${target} ("${reason}")`, target, matches, raw };
  });
}

function count(places: number): string {
  return places === 1 ? '1 place' : `${places} places`;
}

/** Which members of the update the place has already. */
function alreadySo(value: Json, update: Json | undefined, changes: Overlay['changes']): string[] {
  if (update === undefined) return [];
  const counting = (part: Json) => (changes === 'texts' ? part : withoutTexts(part));
  if (!isObject(update) || !isObject(value)) return sameJson(value, update) ? [JSON.stringify(update)] : [];
  return Object.entries(update).flatMap(([key, wanted]) => {
    const has = value[key];
    return has !== undefined && contains(counting(has), counting(wanted)) ? [key] : [];
  });
}

function contains(has: Json | undefined, wanted: Json | undefined): boolean {
  return isObject(has) && isObject(wanted)
    ? Object.keys(wanted).every((key) => contains(has[key], wanted[key]))
    : sameJson(has, wanted);
}

/** Takes out from the back: openapi-format starts at the front of a list, and misses what moves up meanwhile. */
function removeAll(found: readonly Match[]): void {
  for (const { parent, key = '' } of found.toReversed()) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else if (isObject(parent)) delete parent[key];
  }
}

/** The keys that lead to a match; none or one list of them. */
function placesOf(root: Json, match: Match): string[][] {
  if (root === match.parent) return [[String(match.key)]];
  if (typeof root !== 'object' || root === null) return [];
  return Object.entries(root).flatMap(([step, inner]) => placesOf(inner, match).map((rest) => [step, ...rest]));
}
