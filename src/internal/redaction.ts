import { MOST_LOOKED_AT } from './body-secrets.ts';

const REDACTED = '[redacted]';
/** How often a text is unescaped: a secret may look like an escape itself, and be escaped for one thing after another. */
const MOST_TIMES = 3;

/** A run of bytes for a URL, once or repeatedly escaped; and the digits of each. */
const percents = /(?:%(?:25)*[\da-f]{2})+/gi;
const octet = /[\da-f]{2}(?=%|$)/gi;

/** A character or its half, as JSON, a script, a log or the old `escape` writes it. */
const unit = /(?:\\{1,8}|%)(?:u(?:[\da-f]{4}|\{[\da-f]{1,5}\})|x[\da-f]{2})/gi;

/** Where Node's `inspect` splits a text into its lines. */
const joint = /['"`] \+\n *['"`]/g;

/** What HTML writes for a character, once or repeatedly escaped. */
const entity = /&(?:amp;)*(?:#(0*\d{1,6}|x0*[\da-f]{1,5})|(amp|lt|gt|quot|apos));/gi;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** What of a secret is sought in a text: in the text itself, in its normal form, and in its base64. */
type Sought = readonly [secret: string, normal: readonly string[], base64: readonly string[]];

/**
 * Makes a function that replaces a text as a whole if it contains one of the secrets, however often escaped for a URL, a
 * form, JSON, HTML or a log, in base64, or shown byte by byte as headers are (E3). Cutting out the secret alone would
 * reveal its length. A text that is too long to be looked at is replaced, too.
 */
export function redactorOf(secrets: readonly string[]): (text: string) => string {
  // A body may hold thousands of secrets, and an error many texts.
  let all: readonly Sought[] | undefined;
  return (text) => {
    if (text.length > MOST_LOOKED_AT) return REDACTED;
    all ??= secrets.filter(Boolean).map(soughtOf);
    const bare = unescaped(text);
    const inBase64 = base64In(text);
    const isIn = ([secret, normal, base64]: Sought): boolean =>
      text.includes(secret) ||
      normal.some((form) => bare.includes(form)) ||
      base64.some((form) => inBase64.includes(form));
    return all.some(isIn) ? REDACTED : text;
  };
}

function soughtOf(secret: string): Sought {
  const bytes = asLatin1(secret);
  // A secret of backslashes alone normalises to nothing, which every text contains.
  return [secret, [secret, bytes].map(unescaped).filter(Boolean), base64Of(bytes)];
}

/** The normal form of a text: unescaped, without backslashes, pluses, line breaks and indents, in lower case; in linear time. */
function unescaped(text: string): string {
  let bare = text.replace(joint, '');
  for (let times = 0; times < MOST_TIMES; times++) bare = unescapedOnce(bare);
  // JSON's own escapes come out alike, whether they were in the text or are made here.
  const inJson = JSON.stringify(bare).slice(1, -1);
  return inJson
    .replace(/\\{1,8}[rn] *|\\/g, '')
    .replaceAll('+', ' ')
    .toLowerCase();
}

function unescapedOnce(text: string): string {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return text
    .replace(percents, (run) => decoder.decode(Uint8Array.from(run.matchAll(octet), ([byte]) => Number(`0x${byte}`))))
    .replace(unit, (shown) => String.fromCodePoint(Number(`0x${shown.replace(/[^\da-f]/gi, '')}`)))
    .replace(entity, (_, code, name) => named[`${name}`.toLowerCase()] ?? String.fromCodePoint(Number(`0${code}`)));
}

/** A text's base64 in one piece and one alphabet; it may have been split into lines, and these indented. */
function base64In(text: string): string {
  return text
    .replace(/(?:[\r\n]|\\{1,8}[rn]) */g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
}

/** How base64 may show these bytes; of fewer than four, too little would be left to tell. */
function base64Of(bytes: string): string[] {
  // What stands before them decides between three forms. Characters at both ends hold bits of what else is there.
  const after = (before: number): string => {
    const all = ' '.repeat(before) + bytes;
    return btoa(all).slice(2 * before, (all.length * 4) / 3);
  };
  return bytes.length > 3 ? [0, 1, 2].map(after) : [];
}

/** UTF-8 as every runtime shows it in a header: a character for each byte. */
function asLatin1(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}
