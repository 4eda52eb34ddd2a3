const REDACTED = '[redacted]';

/** Escapes in a row, escaped again or not; characters that nothing escapes; or one as it is. */
const pieces = /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]+|./gisu;

/**
 * A text as it is, or a mark in its place if one of the secrets is in it, however often escaped for an address, a form,
 * JSON or a log (E3). The whole text goes, since a gap would reveal how long the secret is.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const bare = unescaped(text);
  const isIn = (secret: string): boolean => {
    if (secret === '' || secret.length > text.length) return false;
    const sought = unescaped(secret);
    // Of backslashes alone nothing is left, which is in every text.
    return text.includes(secret) || (sought !== '' && bare.includes(sought));
  };
  return secrets.some(isIn) ? REDACTED : text;
}

/** What is the same for all forms of a text: escapes undone, no backslash, no case, no plus. Linear in its length. */
function unescaped(text: string): string {
  let bare = '';
  for (const [piece] of text.matchAll(pieces)) bare += decode(piece);
  // JSON's own escapes come out alike, whether they were made already or are made here.
  return JSON.stringify(bare).slice(1, -1).replaceAll('\\', '').replaceAll('+', ' ').toLowerCase();
}

function decode(piece: string): string {
  try {
    return decodeURIComponent(piece.replace(/%(?:25)+(?=\w)/g, '%')).replace(/\\+[ux]([\da-f]+)/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  } catch {
    // Bytes that are no UTF-8.
    return piece;
  }
}
