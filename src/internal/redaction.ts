const REDACTED = '[redacted]';

/** A run of escapes, once or repeatedly escaped; a run of characters that are never escaped; or one other character. */
const pieces = /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]+|./gisu;

/**
 * Replaces a text as a whole if it contains one of the secrets, however often escaped for a URL, a form, JSON or a log
 * (E3). Cutting out the secret alone would reveal its length.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const bare = unescaped(text);
  const isIn = (secret: string): boolean => {
    if (secret === '' || secret.length > text.length) return false;
    const sought = unescaped(secret);
    // A secret of backslashes alone normalises to nothing, which every text contains.
    return text.includes(secret) || (sought !== '' && bare.includes(sought));
  };
  return secrets.some(isIn) ? REDACTED : text;
}

/** The normal form of a text: unescaped, without backslashes and pluses, in lower case. Takes linear time. */
function unescaped(text: string): string {
  let bare = '';
  for (const [piece] of text.matchAll(pieces)) bare += decode(piece);
  // JSON's own escapes come out alike, whether they were in the text or are made here.
  return JSON.stringify(bare).slice(1, -1).replaceAll('\\', '').replaceAll('+', ' ').toLowerCase();
}

function decode(piece: string): string {
  try {
    return decodeURIComponent(piece.replace(/%(?:25)+(?=\w)/g, '%')).replace(/\\+[ux]([\da-f]+)/gi, (_, code: string) =>
      String.fromCharCode(Number.parseInt(code, 16)),
    );
  } catch {
    // Not UTF-8.
    return piece;
  }
}
