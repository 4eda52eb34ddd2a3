import { openapiOverlay, resolveJsonPath } from 'openapi-format';
import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject, sameJson } from './json.ts';
import { withoutTexts } from './structure.ts';

interface Action {
  readonly target: string;
  readonly reason: string;
  readonly matches: number;
  readonly raw: JsonObject;
}

interface Place {
  readonly value: Json;
  readonly parent?: Json;
  readonly key?: string | number;
}

export interface Overlaid {
  readonly document: JsonObject;
  /** A sentence for each action that no longer fits the description. */
  readonly problems: readonly string[];
}

/**
 * Applies the overlay and says where it no longer fits: an action that matches another number of places than its
 * x-matches, or one that finds a place as it would leave it, in part or whole. Texts do not count as a change.
 */
export async function applyOverlay(description: JsonObject, overlay: JsonObject): Promise<Overlaid> {
  const actions = actionsOf(overlay);
  const problems: string[] = [];
  const removed: { action: Action; path: string[] }[] = [];
  let document = structuredClone(description);
  for (const action of actions) {
    const places = resolveJsonPath(document, action.target) as Place[];
    if (places.length !== action.matches) {
      problems.push(`${label(action)} matches ${count(places.length)} where it says ${action.matches}`);
    }
    const already = places.flatMap(({ value }) => alreadySo(value, action.raw.update));
    if (already.length > 0) {
      problems.push(
        `${label(action)} changes nothing in ${count(already.length)}: ${[...new Set(already)].join(', ')}`,
      );
    }
    if (action.raw.remove === true) {
      removed.push(...places.flatMap((place) => pathTo(document, place).map((path) => ({ action, path }))));
    }
    const set = { overlay: '1.0.0', actions: [action.raw as never] };
    document = (await openapiOverlay(document, { overlaySet: set })).data as JsonObject;
  }
  for (const { action, path } of removed) {
    const [before, after] = [valueAt(description, path), valueAt(document, path)];
    if (before !== undefined && after !== undefined && sameJson(withoutTexts(before), withoutTexts(after))) {
      problems.push(`${label(action)} takes away what another action puts back`);
    }
  }
  return { document, problems };
}

export function misfit(problems: readonly string[]): ContractError {
  return new ContractError(
    `openapi/corrections.overlay.yaml does not fit openapi/traq-auth.yaml:\n${problems.map((line) => `  ${line}`).join('\n')}\n` +
      'Where upstream has corrected itself, take the action out; where it has moved things, aim the action anew.',
  );
}

function actionsOf(overlay: JsonObject): Action[] {
  const file = 'openapi/corrections.overlay.yaml';
  if (overlay.overlay !== '1.0.0' || !Array.isArray(overlay.actions)) {
    throw new ContractError(`${file} is not an Overlay 1.0.0 document with a list of actions`);
  }
  return overlay.actions.map((raw, index) => {
    const which = `${file}, action ${index + 1}`;
    if (!isObject(raw) || typeof raw.target !== 'string') throw new ContractError(`${which} has no target`);
    const { target, description, 'x-matches': matches } = raw;
    if (typeof description !== 'string' || description.trim() === '') {
      throw new ContractError(`${which} (${target}) gives no reason in its description`);
    }
    if (typeof matches !== 'number' || !Number.isInteger(matches) || matches < 1) {
      throw new ContractError(`${which} (${target}) does not say in x-matches how many places it changes`);
    }
    if ((raw.remove === true) === (raw.update !== undefined)) {
      throw new ContractError(`${which} (${target}) needs either "remove: true" or an update`);
    }
    return { target, reason: description.trim(), matches, raw };
  });
}

function label({ target, reason }: Action): string {
  return `${target} ("${reason}")`;
}

function count(places: number): string {
  return places === 1 ? '1 place' : `${places} places`;
}

/** Which members of the update the place has already. */
function alreadySo(value: Json, update: Json | undefined): string[] {
  if (update === undefined) return [];
  if (!isObject(update) || !isObject(value)) return sameJson(value, update) ? [JSON.stringify(update)] : [];
  return Object.keys(update).filter((key) => contains(value[key], update[key]));
}

function contains(value: Json | undefined, part: Json | undefined): boolean {
  if (value === undefined || part === undefined) return value === part;
  const [has, wanted] = [withoutTexts(value), withoutTexts(part)];
  return isObject(has) && isObject(wanted)
    ? Object.keys(wanted).every((key) => contains(has[key], wanted[key]))
    : sameJson(has, wanted);
}

/** The keys that lead to a place; none or one list of them. */
function pathTo(root: Json, place: Place): string[][] {
  if (root === place.parent) return [[String(place.key)]];
  if (typeof root !== 'object' || root === null) return [];
  return Object.entries(root).flatMap(([step, inner]) => pathTo(inner, place).map((rest) => [step, ...rest]));
}

function valueAt(root: Json, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as JsonObject)[key] : undefined),
    root,
  );
}
