import type { Contract } from './contract.ts';
import type { Json, JsonObject } from './json.ts';
import { nameOf, type Place } from './wire.ts';

export interface Label {
  /** What the place is to a reader: `query redirect`, `204`, `body`, `schema LoginSession.id`. */
  readonly place: string;
  /** The keyword in question there, such as `format`; empty if it is the place itself. */
  readonly keyword: string;
}

/** How a step that leads on is told. Below some of them the next step is a name. */
const steps: Record<string, (name: string) => string> = {
  parameters: (name) => ` ${name}`,
  responses: (status) => ` response ${status}`,
  headers: (name) => ` header ${name}`,
  properties: (name) => `.${name}`,
  content: (type) => (type === 'application/json' ? '' : ` ${type}`),
};
const signs: Record<string, string> = { requestBody: ' request body', items: '[]', schema: '' };

/** Names a place of the wire form by what it means, with the names of schemas, and without its operation. */
export function labelOf(place: Place, contract: Contract): Label {
  const [root, id = '', ...path] = place;
  if (root !== 'operations') return { place: `security scheme ${id}`, keyword: path.join(' ') };
  let node: Json | undefined = contract.operations[id];
  let label = '';
  while (path.length > 0) {
    const name = nameOf(node);
    if (name !== undefined) {
      label = `schema ${name}`;
      node = contract.schemas[name];
    }
    const [step = '', next] = path;
    const sign = signs[step];
    if (sign !== undefined) label += sign;
    else if (steps[step] !== undefined && next !== undefined) label += steps[step](next);
    else break;
    node = child(node, step);
    path.shift();
    if (sign === undefined) {
      node = child(node, next ?? '');
      path.shift();
    }
  }
  if (label === '' && path.length === 1) return { place: path[0] ?? '', keyword: '' };
  return { place: label.trim(), keyword: path.join(' ') };
}

function child(node: Json | undefined, key: string): Json | undefined {
  return typeof node === 'object' && node !== null ? (node as JsonObject)[key] : undefined;
}

/** A value, short enough to stand in a sentence. */
export function shown(value: Json | undefined): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 90 ? `${text.slice(0, 89)}…` : text;
}
