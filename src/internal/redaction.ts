/** Escapes in a row, escaped again or not; characters that nothing escapes; or one as it is. */
const pieces = /(?:%(?:25)*[\da-f]{2})+|(?:\\{1,8}u[\da-f]{4})+|\\x[\da-f]{2}|[\w :/.-]+|./gisu;

/** A secret of fewer letters is found in a text by chance too, and is told by the gap that it leaves there. */
export const SHORT_SECRET = 8;

/**
 * Takes every secret out of a text, however often it was escaped for an address, a form, JSON or a log; a text with a
 * short one in it goes whole. Its time grows with the length of the text and no faster: a server may have written it.
 */
export function strike(text: string, secrets: readonly string[]): string {
  const spans: (readonly [start: number, end: number])[] = [];
  const find = (
    within: string,
    secret: string,
    spanOf: (from: number, to: number) => readonly [number, number],
  ): void => {
    if (secret === '') return;
    for (let at = within.indexOf(secret); at >= 0; at = within.indexOf(secret, at + secret.length)) {
      spans.push(spanOf(at, at + secret.length));
    }
  };
  let bare: Bare | undefined;
  for (const secret of new Set(secrets)) {
    // A long body is not looked for in a short message: what it is made of are secrets of their own.
    if (secret.length > text.length) continue;
    const before = spans.length;
    find(text, secret, (from, to) => [from, to]);
    bare ??= unescaped(text);
    const { letters, starts, ends } = bare;
    find(letters, unescaped(secret).letters, (from, to) => [starts[from] as number, ends[to - 1] as number]);
    if (secret.length < SHORT_SECRET && spans.length > before) return '[redacted]';
  }
  let clean = '';
  let done = 0;
  for (const [start, end] of spans.sort((a, b) => a[0] - b[0])) {
    if (start >= done) clean += `${text.slice(done, start)}[redacted]`;
    done = Math.max(done, end);
  }
  return clean + text.slice(done);
}

/** A text without escapes, and where each of its letters was. */
interface Bare {
  readonly letters: string;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** What is the same for all forms of a text: escapes undone but for their letter, no backslash, no case, no plus. */
function unescaped(text: string): Bare {
  let letters = '';
  const starts: number[] = [];
  const ends: number[] = [];
  for (const { 0: piece, index } of text.matchAll(pieces)) {
    // JSON's own escapes come out alike, whether they were made already or are made here.
    const bare = JSON.stringify(decode(piece)).slice(1, -1).replaceAll('\\', '').replaceAll('+', ' ').toLowerCase();
    letters += bare;
    const asItIs = bare.length === piece.length;
    for (let at = 0; at < bare.length; at++) {
      starts.push(asItIs ? index + at : index);
      ends.push(index + (asItIs ? at + 1 : piece.length));
    }
  }
  return { letters, starts, ends };
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
