import { type IncomingCall, Refusal } from './exchange.ts';

const badRequest = (): Refusal => new Refusal(400, 'Bad Request');

/** Media types that the server takes without finding any of our fields in them. */
const unread: readonly string[] = [
  'application/xml',
  'text/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
];

/** The first JSON value of a text; the server does not look at what follows it. Undefined if there is none. */
const firstJson = (text: string): unknown => parse(text) ?? parse(text.slice(0, endOfFirstValue(text)));

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON.
  }
  return undefined;
}

/** Where the first object or array of a text ends; undefined if it does not. */
function endOfFirstValue(text: string): number | undefined {
  let depth = 0;
  let quoted = false;
  for (const { 0: token, index } of text.matchAll(/\\.|["[\]{}]/g)) {
    if (token === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (token === '{' || token === '[') depth += 1;
    else if (--depth === 0) return index + 1;
  }
  return undefined;
}

function pickStrings<Field extends string>(value: unknown, fields: readonly Field[]): Record<Field, string> {
  const picked = Object.fromEntries(fields.map((field) => [field, ''])) as Record<Field, string>;
  if (value === null) return picked;
  if (typeof value !== 'object' || Array.isArray(value)) throw badRequest();
  for (const [key, member] of Object.entries(value)) {
    // Keys are matched in any letter case; a null leaves a field as it is.
    const field = fields.find((name) => name.toLowerCase() === key.toLowerCase());
    if (field === undefined || member === null) continue;
    if (typeof member !== 'string') throw badRequest();
    picked[field] = member;
  }
  return picked;
}

/** Reads the named string fields of a JSON body; a field that is absent is empty. */
export async function readFields<Field extends string>(
  call: IncomingCall,
  fields: readonly Field[],
): Promise<Record<Field, string>> {
  const text = await call.text();
  if (text === '') return pickStrings(null, fields);

  const header = `${call.header('content-type')};`;
  const type = header.slice(0, header.indexOf(';')).trim();
  if (unread.includes(type)) return pickStrings(null, fields);
  if (type !== 'application/json') throw new Refusal(415, 'Unsupported Media Type');
  return pickStrings(firstJson(text), fields);
}
