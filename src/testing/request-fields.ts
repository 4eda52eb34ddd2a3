import { type IncomingRequest, Refusal } from './messages.ts';
import type { Rule } from './rules.ts';

const badRequest = (): Refusal => new Refusal(400, 'Bad Request');

const hasXmlElement = (text: string): boolean => /<([\w.-]+)[^>]*(?:\/>|>.*<\/\1>)/s.test(text);

function isMultipart(text: string, contentType: string): boolean {
  const boundary = /;\s*boundary="?([^\s;"]+)/i.exec(contentType)?.[1];
  return boundary !== undefined && `\n${text}`.includes(`\n--${boundary}--`);
}

/**
 * Media types that the server parses without finding any of our fields in them, and whether a body can be parsed as such.
 */
const fieldless: ReadonlyMap<string, (text: string, contentType: string) => boolean> = new Map([
  ['application/xml', hasXmlElement],
  ['text/xml', hasXmlElement],
  ['application/x-www-form-urlencoded', (text) => !/;|%(?![0-9a-fA-F]{2})/.test(text)],
  ['multipart/form-data', isMultipart],
]);

const jsonTokens = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[[\]{}]|[^"[\]{}]+|"/gs;

/**
 * The first JSON value of a text, with a number behind each key; undefined if there is none. The server does not look at
 * what follows it, and reads a key that comes twice twice, where `JSON.parse` knows the last value only.
 */
function firstJson(text: string): unknown {
  let depth = 0;
  let keys = 0;
  let isOver = false;
  const first = text.replace(jsonTokens, (token, colon: string | undefined) => {
    if (isOver) return '';
    if (/^[[{]/.test(token)) depth += 1;
    else if (/^[\]}]/.test(token)) isOver = --depth === 0;
    return colon === undefined ? token : `${token.slice(0, token.lastIndexOf('"'))} ${keys++}":`;
  });
  try {
    return JSON.parse(first);
  } catch {
    return undefined;
  }
}

/** Reads string fields of an object with numbered keys. */
function pickStrings<Field extends string>(value: unknown, fields: readonly Field[]): Record<Field, string> {
  const picked = Object.fromEntries(fields.map((field) => [field, ''])) as Record<Field, string>;
  if (value === null) return picked;
  if (typeof value !== 'object' || Array.isArray(value)) throw badRequest();
  for (const [key, member] of Object.entries(value)) {
    // Keys are matched in any letter case; a null leaves a field as it is.
    const field = fields.find((name) => name.toLowerCase() === key.replace(/ \d+$/, '').toLowerCase());
    if (field === undefined || member === null) continue;
    if (typeof member !== 'string') throw badRequest();
    picked[field] = member;
  }
  return picked;
}

/** The first value of a JSON body, its keys numbered; null where the server finds none of our fields. */
async function readJson(request: IncomingRequest): Promise<unknown> {
  const text = await request.text();
  // The server knows by its length that there is no body; of one that comes in chunks it knows none.
  if (text === '' && request.header('transfer-encoding') === undefined) return null;
  const contentType = `${request.header('content-type')}`;
  const type = contentType.replace(/;.*/s, '').trim();
  if (type === 'application/json') return firstJson(text);
  const canParse = fieldless.get(type);
  if (canParse === undefined) throw new Refusal(415, 'Unsupported Media Type');
  if (!canParse(text, contentType)) throw badRequest();
  return null;
}

/** Reads string fields of a JSON body, absent ones as empty, and refuses those that break their rules in one sentence. */
export async function readFields<Field extends string>(
  request: IncomingRequest,
  rules: Record<Field, Rule>,
): Promise<Record<Field, string>> {
  const names = Object.keys(rules) as Field[];
  const fields = pickStrings(await readJson(request), names);
  const faults = names.map((name) => [name, rules[name](fields[name])]).filter(([, fault]) => fault !== undefined);
  if (faults.length > 0) throw new Refusal(400, `${faults.map((fault) => fault.join(': ')).join('; ')}.`);
  return fields;
}
