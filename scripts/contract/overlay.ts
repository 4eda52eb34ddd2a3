import { openapiOverlay, resolveJsonPath } from 'openapi-format';
import { ContractError } from './contract-error.ts';
import { withoutTexts } from './form.ts';
import { isObject, type Json, type JsonObject, sameJson } from './json.ts';

interface Action {
  /** The target, with the reason where one is given. */
  readonly label: string;
  readonly target: string;
  readonly matches: number;
  readonly remove: boolean;
  readonly update: Json | undefined;
}

interface Match {
  readonly value: Json;
  readonly parent?: Json;
  readonly key?: string | number;
}

/** An overlay, with the path that messages name. */
export interface Overlay {
  readonly path: string;
  readonly content: JsonObject;
  /** What it is there to change. For an overlay that corrects the structure, a change of texts alone does not count. */
  readonly changes: 'structure' | 'texts';
}

export interface Overlaid {
  readonly document: JsonObject;
  /** A sentence for each action that no longer fits the description. */
  readonly problems: readonly string[];
}

/**
 * Applies an overlay and says where it does not fit: an action that matches another number of places than its x-matches,
 * or one that finds a place as it would leave it, in part or whole.
 */
export async function applyOverlay(description: JsonObject, overlay: Overlay): Promise<Overlaid> {
  const actions = actionsOf(overlay);
  const problems: string[] = [];
  let document = structuredClone(description);
  for (const { label, target, matches, remove, update } of actions) {
    const found = resolveJsonPath(document, target) as Match[];
    if (found.length !== matches) problems.push(`${label} matches ${count(found.length)} where it says ${matches}`);
    const already = found.flatMap(({ value }) => alreadySo(value, update, overlay.changes));
    const members = [...new Set(already)].join(', ');
    if (already.length > 0) problems.push(`${label} changes nothing in ${count(already.length)}: ${members}`);
    const beside = found.filter(({ value }) => !/^3\.1/.test(`${document.openapi}`) && besideRef(value, update)).length;
    if (beside > 0) problems.push(`${label} writes beside a $ref in ${count(beside)}, where it does not count`);
    if (remove) removeAll(found);
    const set = { overlay: '1.0.0', actions: [{ target, update } as never] };
    if (!remove) document = (await openapiOverlay(document, { overlaySet: set })).data as JsonObject;
  }
  for (const { label, target } of actions.filter(({ remove }) => remove)) {
    const valuesIn = (whole: JsonObject) => (resolveJsonPath(whole, target) as Match[]).map(({ value }) => value);
    const before = valuesIn(description).map(withoutTexts);
    const back = valuesIn(document).some((value) => before.some((one) => sameJson(one, withoutTexts(value))));
    if (back) problems.push(`${label} takes away what another action puts back`);
  }
  return { document, problems };
}

function actionsOf({ path, content, changes }: Overlay): Action[] {
  if (content.overlay !== '1.0.0' || !Array.isArray(content.actions)) {
    throw new ContractError(`${path} is not an Overlay 1.0.0 document with a list of actions`);
  }
  return content.actions.map((raw, index) => {
    const { target, description = '', remove = false, update, 'x-matches': given } = isObject(raw) ? raw : {};
    const matches = given ?? (changes === 'texts' ? 1 : 0);
    const reason = String(description).trim();
    const faults = {
      'has no target': typeof target !== 'string',
      'gives no reason in its description': changes === 'structure' && reason === '',
      'does not say in x-matches how many places it changes': !Number.isInteger(matches) || Number(matches) < 1,
      'needs either "remove: true" or an update': (remove === true) === (update !== undefined),
    };
    const fault = Object.entries(faults).find(([, there]) => there)?.[0];
    if (fault !== undefined) throw new ContractError(`${path}, action ${index + 1} (${target ?? 'of none'}) ${fault}`);
    const label = reason === '' ? `${target}` : `${target} ("${reason}")`;
    return { label, target: `${target}`, matches: Number(matches), remove: remove === true, update };
  });
}

function count(places: number): string {
  return places === 1 ? '1 place' : `${places} places`;
}

/** Which members of the update the place has already. */
function alreadySo(value: Json, update: Json | undefined, changes: Overlay['changes']): string[] {
  if (!isObject(update) || !isObject(value))
    return update !== undefined && contains(value, update) ? ['all of it'] : [];
  const counting = (part: Json) => (changes === 'texts' ? part : withoutTexts(part));
  return Object.entries(update).flatMap(([key, wanted]) => {
    const has = value[key];
    return has !== undefined && contains(counting(has), counting(wanted)) ? [key] : [];
  });
}

/** Whether an update writes beside a reference, where OpenAPI 3.0 does not look. */
function besideRef(value: Json | undefined, update: Json | undefined): boolean {
  if (!isObject(value) || !isObject(update)) return false;
  return typeof value.$ref === 'string' || Object.keys(update).some((key) => besideRef(value[key], update[key]));
}

/** Whether an update leaves a value as it is: what it lists is only added to a list. */
function contains(has: Json | undefined, wanted: Json | undefined): boolean {
  if (Array.isArray(has) && Array.isArray(wanted)) return wanted.every((one) => has.some((own) => sameJson(own, one)));
  if (!isObject(has) || !isObject(wanted)) return sameJson(has, wanted);
  return Object.keys(wanted).every((key) => contains(has[key], wanted[key]));
}

/** Removes from the end: openapi-format begins at the front of a list, and misses the items that move up. */
function removeAll(found: readonly Match[]): void {
  for (const { parent, key = '' } of found.toReversed()) {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else if (isObject(parent)) delete parent[key];
  }
}
