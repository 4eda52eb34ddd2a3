import { type Change, reaching } from './changes.ts';
import type { Contract } from './contract.ts';
import { isObject, type Json } from './json.ts';
import { nameOf } from './wire.ts';

/** Schemas that go by another name upstream. Their names become those of generated types; the wire knows nothing of it. */
export function renamedSchemas(before: Contract, after: Contract): Change[] {
  const [was, is] = [namesIn(before), namesIn(after)];
  const groups = new Map<string, { name: string; what: string; operations: string[] }>();
  for (const [place, name] of was) {
    const now = is.get(place);
    if (now === undefined || now === name) continue;
    const group = { name: name || now, what: tell(name, now), operations: [] as string[] };
    const key = `${name} ${now}`;
    groups.set(key, { ...group, operations: [...(groups.get(key)?.operations ?? []), place.split(' ')[0] ?? ''] });
  }
  const advice = 'nothing changes on the wire; the compiler names the places that use the type';
  const always = { class: 'compatible', review: false, covered: false, advice } as const;
  return [...groups.values()].map(({ name, what, operations }) => ({
    ...always,
    place: `schema ${name}`,
    what,
    ...reaching(operations),
  }));
}

function tell(was: string, is: string): string {
  if (was === '') return 'is the name of what was written out before';
  return is === '' ? 'is written out now, without a name' : `is now called ${is}`;
}

/** The name of the schema at each place where one stands, empty where it has none. */
function namesIn(contract: Contract): Map<string, string> {
  const names = new Map<string, string>();
  const walk = (value: Json, place: string, within: readonly string[]): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) walk(item, `${place} ${index}`, within);
    } else if (isObject(value)) {
      const name = nameOf(value);
      names.set(place, name ?? '');
      if (name === undefined) for (const [key, inner] of Object.entries(value)) walk(inner, `${place} ${key}`, within);
      else if (!within.includes(name)) {
        for (const [key, inner] of Object.entries(contract.schemas[name] ?? {}))
          walk(inner, `${place} ${key}`, [...within, name]);
      }
    }
  };
  for (const [id, operation] of Object.entries(contract.operations)) walk(operation, id, []);
  return names;
}
