import { type IncomingCall, Refusal } from './exchange.ts';

const badRequest = (): Refusal => new Refusal(400, 'Bad Request');

/** Media types that the server takes without finding any of our fields in them. */
const unread: readonly string[] = [
  'application/xml',
  'text/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
];

/** The first JSON value of a text; the server does not look at what follows it. */
function firstJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const end = endOfFirstValue(text);
    if (end === undefined) throw badRequest();
    try {
      return JSON.parse(text.slice(0, end));
    } catch {
      throw badRequest();
    }
  }
}

/** Where the first object or array of a text ends; undefined if it does not. */
function endOfFirstValue(text: string): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (quoted) {
      if (character === '\\') index += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
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

  const type = (call.header('content-type') ?? '').split(';', 1).join('').trim();
  if (unread.includes(type)) return pickStrings(null, fields);
  if (type !== 'application/json') throw new Refusal(415, 'Unsupported Media Type');
  return pickStrings(firstJson(text), fields);
}
