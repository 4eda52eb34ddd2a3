/** How much of a body is searched for secrets, in bytes (E3). */
export const MOST_LOOKED_AT = 65_536;

/** Names of fields whose values are secrets; the first kind at any length. */
const secretField = /pass|secret/i;
const keyField = /token|code|key/i;
const SHORTEST = 4;
/** Of texts that no name calls a secret: a shorter one, such as `/`, is in many an error. */
const SHORTEST_UNNAMED = 8;

/** Between two parts of a multipart body, and between a part's headers and its value. */
const boundary = /\r?\n--/;
const blankLine = /\r?\n\r?\n/;
/** A field's name among the headers of its part; a `filename` is none. */
const partName = /\bname="?([^"\r\n;]*)/i;
/** A number of more digits than JavaScript keeps. */
const longNumber = /-?\d[\d.]{15,}/g;
/** A field of JSON that is cut off. */
const jsonField = /"([^"\\]*)"\s*:\s*"((?:[^"\\]|\\.)*)/g;
/** What is certainly a form; other texts may be one, too. */
const form = /^[^\s=&{}"<>]+=\S*$/;

/**
 * The secrets in a request's body: the values of fields whose names say so, or the whole of a body without fields (E3).
 *
 * @returns undefined if it was not searched completely.
 */
export function secretsInBody(body: unknown): string[] | undefined {
  if (body === undefined) return [];
  if (body instanceof URLSearchParams || body instanceof FormData) return secretsInFields(body);
  if (ArrayBuffer.isView(body) || body instanceof ArrayBuffer) {
    return body.byteLength > MOST_LOOKED_AT ? undefined : secretsInText(new TextDecoder().decode(body));
  }
  const text = String(body);
  // A Blob, or a form or buffer of another library or realm: such a text says nothing of its content.
  return Object(body) === body && text.startsWith('[object ') ? undefined : secretsInText(text);
}

/** The same for a body's text; undefined if it is not known completely. */
export function secretsInText(text: string | undefined): string[] | undefined {
  if (text === undefined || text.length > MOST_LOOKED_AT) return undefined;
  const json = parseJson(text);
  if (Object(json) === json) {
    const found = secretsInJson(json);
    return found.length > 0 ? [...found, ...(text.match(longNumber) ?? [])] : found;
  }
  const parts = text.startsWith('--') ? fieldsInParts(text) : [];
  if (parts.length > 0) return secretValues(parts);
  const fields = secretValues([...new URLSearchParams(text.trim())]);
  if (form.test(text)) return fields;
  const whole = text.length >= SHORTEST_UNNAMED ? [text] : [];
  return [...fields, ...secretValues(fieldsInCutJson(text)), ...whole];
}

/** What an address says behind its path, and other texts, unless they are too short. */
export function secretsInUrl({ search, hash, searchParams }: URL, ...others: string[]): string[] {
  const own = [search.slice(1), hash.slice(1), ...searchParams.values()];
  return [
    ...own.filter(({ length }) => length >= SHORTEST),
    ...others.filter(({ length }) => length >= SHORTEST_UNNAMED),
    ...secretValues([...searchParams]),
  ];
}

function isSecret(name: string, value: string): boolean {
  return secretField.test(name) || (keyField.test(name) && value.length >= SHORTEST);
}

function secretsInFields(fields: Iterable<[string, FormDataEntryValue]>): string[] | undefined {
  const texts = [...fields].filter((field): field is [string, string] => typeof field[1] === 'string');
  const size = texts.reduce((sum, [, value]) => sum + value.length, 0);
  return size > MOST_LOOKED_AT ? undefined : secretValues(texts);
}

function fieldsInCutJson(text: string): [string, string][] {
  return [...text.matchAll(jsonField)].map(([, name, value]) => [`${name}`, `${value}`]);
}

/** The last part may be cut off. */
function fieldsInParts(text: string): [string, string][] {
  return text.split(boundary).flatMap((part) => {
    const blank = blankLine.exec(part);
    const name = blank && partName.exec(part)?.[1];
    return name ? [[name, part.slice(blank.index + blank[0].length)]] : [];
  });
}

/** The values of fields, or headers, whose names say that they are secrets. */
export function secretValues(fields: readonly [string, string][]): string[] {
  return fields.filter(([name, value]) => isSecret(name, value)).map(([, value]) => value);
}

/** All values below such a field, at any depth; without recursion, because the caller decides the depth. */
function secretsInJson(json: unknown): string[] {
  const secrets: string[] = [];
  const open: { readonly name: string; readonly value: unknown }[] = [{ name: '', value: json }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { name, value } = next;
    if (Object(value) === value) {
      const isSecretName = secretField.test(name) || keyField.test(name);
      for (const [key, inner] of Object.entries(value as object)) {
        open.push({ name: isSecretName || Array.isArray(value) ? name : key, value: inner });
      }
    } else if (value !== null && typeof value !== 'boolean' && isSecret(name, String(value)))
      secrets.push(String(value));
  }
  return secrets;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
