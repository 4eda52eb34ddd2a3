const REDACTED = '[redacted]';
/** How many characters an escape of one has at most, such as `%E3%81%82`, unless it is escaped repeatedly. */
const LONGEST_ESCAPE = 9;

/** A run of escapes, once or repeatedly escaped; a run of characters that are never escaped; or one other character. */
const pieces = /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u(?:[\da-f]{4}|\{[\da-f]{1,5}\}))+|\\x[\da-f]{2}|[\w :/.-]+|./gisu;

/** Where Node's `inspect` splits a text into its lines. */
const joint = /['"`] \+\n *['"`]/g;

/** What HTML writes for a character, once or repeatedly escaped. */
const entity = /&(?:amp;)*(?:#(\d{1,6}|x[\da-f]{1,5})|(amp|lt|gt|quot|apos));/g;
const named: Readonly<Record<string, number>> = { amp: 38, lt: 60, gt: 62, quot: 34, apos: 39 };

/**
 * Replaces a text as a whole if it contains one of the secrets, however often escaped for a URL, a form, JSON, HTML or a
 * log, or shown byte by byte as headers are (E3). Cutting out the secret alone would reveal its length.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const bare = unescaped(text);
  const isIn = (secret: string): boolean => {
    // A secret that is too long to be in the text, escaped as it may be itself, is not normalised for nothing.
    if (secret === '' || secret.length > LONGEST_ESCAPE * text.length) return false;
    // A secret of backslashes alone normalises to nothing, which every text contains.
    const isShown = (sought: string): boolean => sought !== '' && bare.includes(sought);
    return text.includes(secret) || isShown(unescaped(secret)) || isShown(unescaped(asLatin1(secret)));
  };
  return secrets.some(isIn) ? REDACTED : text;
}

/** The normal form of a text: unescaped, without backslashes and pluses, in lower case. Takes linear time. */
function unescaped(text: string): string {
  let bare = '';
  for (const [piece] of text.replace(joint, '').matchAll(pieces)) bare += decode(piece);
  bare = bare.toLowerCase().replace(entity, (_, code, name) => String.fromCodePoint(named[name] ?? Number(`0${code}`)));
  // JSON's own escapes come out alike, whether they were in the text or are made here.
  return JSON.stringify(bare).slice(1, -1).replaceAll('\\', '').replaceAll('+', ' ').toLowerCase();
}

/** UTF-8 as every runtime shows it in a header: a character for each byte. */
function asLatin1(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

function decode(piece: string): string {
  const once = piece.replace(/%(?:25)+(?=\w)/g, '%');
  try {
    return decodeURIComponent(once).replace(/\\+[ux]\{?([\da-f]+)\}?/gi, (_, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    );
  } catch {
    // Not all of it is UTF-8, or it is a mere percent sign.
    const bytes = once.match(/[\da-f]{2}/gi)?.map((byte) => Number.parseInt(byte, 16));
    return bytes ? new TextDecoder().decode(Uint8Array.from(bytes)) : once;
  }
}
