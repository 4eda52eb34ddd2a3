/** How much of a body is looked at for secrets, in bytes (E3). */
export const MOST_LOOKED_AT = 65_536;

/** Fields whose values are secrets; of the first kind however short they are. */
const secretField = /pass|secret/i;
const keyField = /token|code|key/i;
const SHORTEST = 4;
const SHORTEST_BODY = 8;

/**
 * What of a request's body must not be seen in an error: the values of the fields whose names say so, or the whole of a
 * body without fields (E3).
 *
 * @returns undefined if it was not looked at whole.
 */
export function secretsInBody(body: BodyInit | undefined): string[] | undefined {
  if (body === undefined) return [];
  if (typeof body === 'string') return secretsInText(body);
  if (body instanceof URLSearchParams) return secretsInFields(body);
  if (body instanceof FormData) return secretsInFields(body);
  if (body instanceof Blob || body instanceof ReadableStream) return undefined;
  const bytes = ArrayBuffer.isView(body) ? new Uint8Array(body.buffer, body.byteOffset, body.byteLength) : body;
  return bytes.byteLength > MOST_LOOKED_AT ? undefined : secretsInText(new TextDecoder().decode(bytes));
}

/** The same of a body's text; undefined if not all of it is known. */
export function secretsInText(text: string | undefined): string[] | undefined {
  if (text === undefined || text.length > MOST_LOOKED_AT) return undefined;
  const json = parseJson(text);
  if (Object(json) === json) return secretsInJson(json);
  const parts = [...text.matchAll(/name="([^"]*)"[^\r\n]*\r?\n\r?\n([\s\S]*?)\r?\n--/g)];
  if (parts.length > 0) return secretsInFields(parts.map(([, name, value]) => [`${name}`, `${value}`]));
  if (/^[^\s=&]+=[^\s]*$/.test(text)) return secretsInFields(new URLSearchParams(text));
  return text.length >= SHORTEST_BODY ? [text] : [];
}

/** The values of a query that are long enough to be told from what is there by chance, and the query itself. */
export function secretsInQuery({ search, searchParams }: URL): string[] {
  return [search.slice(1), ...searchParams.values()].filter(({ length }) => length >= SHORTEST);
}

function isSecret(name: string, value: string): boolean {
  return secretField.test(name) || (keyField.test(name) && value.length >= SHORTEST);
}

function secretsInFields(fields: Iterable<[string, FormDataEntryValue]>): string[] | undefined {
  const secrets: string[] = [];
  let size = 0;
  for (const [name, value] of fields) {
    if (typeof value !== 'string') continue;
    size += value.length;
    if (size > MOST_LOOKED_AT) return undefined;
    if (isSecret(name, value)) secrets.push(value);
  }
  return secrets;
}

/** All that is below a field whose name says so, at any depth; without recursion, since the depth is the caller's. */
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
