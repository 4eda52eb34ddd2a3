import { openapiOverlay, resolveJsonPath } from 'openapi-format';
import { ContractError } from './contract-error.ts';
import { isObject, type Json, type JsonObject, sameJson } from './json.ts';
import { withoutTexts } from './structure.ts';

interface Action {
  target: string;
  description: string;
  matches: number;
  remove: boolean;
  update?: Json;
  raw: JsonObject;
}

/**
 * Applies an overlay, and refuses it where it no longer fits: an action that matches another number of places than it
 * says, or one of whose places already is as the action wants it. Texts do not count as a change.
 */
export async function applyOverlay(description: JsonObject, overlay: JsonObject): Promise<JsonObject> {
  const problems: string[] = [];
  const before = structuredClone(description);
  let current: JsonObject = structuredClone(description);
  const removed: { action: Action; path: Json[] }[] = [];
  for (const [index, raw] of actionsOf(overlay).entries()) {
    const action = readAction(raw, index);
    const places = resolveJsonPath(current, action.target) as { value: Json; parent?: Json; key?: string | number }[];
    if (places.length !== action.matches) {
      problems.push(`${label(action)} matches ${places.length} places where it says ${action.matches}`);
    }
    const already = action.remove ? [] : places.flatMap(({ value }) => alreadySo(value, action.update));
    if (already.length > 0) {
      problems.push(
        `${label(action)} leaves ${already.length} of its places as they were (${[...new Set(already)].join(', ')})`,
      );
    }
    if (action.remove) for (const path of pathsOf(current, places)) removed.push({ action, path });
    const { data } = await openapiOverlay(current, {
      overlaySet: { overlay: '1.0.0', actions: [action.raw as never] },
    });
    current = data as JsonObject;
  }
  for (const { action, path } of removed) {
    const [was, is] = [valueAt(before, path), valueAt(current, path)];
    if (is !== undefined && was !== undefined && sameJson(withoutTexts(was), withoutTexts(is))) {
      problems.push(`${label(action)} removes what the rest of the overlay puts back`);
    }
  }
  if (problems.length > 0) {
    throw new ContractError(
      `openapi/corrections.overlay.yaml no longer fits openapi/traq-auth.yaml: ${problems.join('; ')}. ` +
        'Where traQ has corrected its description, take the action out; where it has moved things, aim the action anew.',
    );
  }
  return current;
}

function actionsOf(overlay: JsonObject): Json[] {
  if (overlay.overlay !== '1.0.0' || !Array.isArray(overlay.actions)) {
    throw new ContractError('openapi/corrections.overlay.yaml is not an Overlay 1.0.0 document with a list of actions');
  }
  return overlay.actions;
}

function readAction(raw: Json, index: number): Action {
  const which = `openapi/corrections.overlay.yaml, action ${index + 1}`;
  if (!isObject(raw) || typeof raw.target !== 'string') throw new ContractError(`${which}: has no target`);
  const { target, description, 'x-matches': matches, remove, update } = raw;
  if (typeof description !== 'string' || description.trim() === '') {
    throw new ContractError(`${which} (${target}): gives no reason in its description`);
  }
  if (typeof matches !== 'number' || !Number.isInteger(matches) || matches < 1) {
    throw new ContractError(`${which} (${target}): x-matches must say how many places it changes`);
  }
  if ((remove === true) === (update !== undefined)) {
    throw new ContractError(`${which} (${target}): needs either "remove: true" or an update`);
  }
  return { target, description, matches, remove: remove === true, raw, ...(update !== undefined && { update }) };
}

function label({ target, description }: Action): string {
  return `${target} ("${description.trim()}")`;
}

/** Which members of the update the place has already. */
function alreadySo(value: Json, update: Json | undefined): string[] {
  if (!isObject(update) || !isObject(value)) return sameJson(value, update) ? [String(update)] : [];
  return Object.keys(update).filter((key) => value[key] !== undefined && contains(value[key], update[key]));
}

function contains(value: Json | undefined, part: Json | undefined): boolean {
  const [has, wants] = [withoutTexts(value ?? null), withoutTexts(part ?? null)];
  return isObject(has) && isObject(wants)
    ? Object.keys(wants).every((key) => has[key] !== undefined && contains(has[key], wants[key]))
    : sameJson(has, wants);
}

function pathsOf(root: JsonObject, places: readonly { parent?: Json; key?: string | number }[]): Json[][] {
  return places.flatMap(({ parent, key }) => {
    const path = parent === undefined ? undefined : pathTo(root, parent);
    return path === undefined || key === undefined ? [] : [[...path, key]];
  });
}

function pathTo(root: Json, wanted: Json): Json[] | undefined {
  if (root === wanted) return [];
  if (typeof root !== 'object' || root === null) return undefined;
  for (const [key, inner] of Object.entries(root)) {
    const rest = pathTo(inner, wanted);
    if (rest !== undefined) return [key, ...rest];
  }
  return undefined;
}

function valueAt(root: Json, path: readonly Json[]): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as JsonObject)[String(key)] : undefined),
    root,
  );
}
