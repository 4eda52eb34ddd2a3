/** What Set-Cookie lines say about the session. */
export interface Verdict {
  readonly fresh: string | undefined;
  readonly clears: number;
}

/** Reads Set-Cookie lines step by step, as RFC 6265 section 5.2 tells, and judges them by S1. */
export function readByTheBook(lines: readonly string[]): Verdict {
  let fresh: string | undefined;
  let clears = 0;
  for (const line of lines) {
    const [pair = '', ...attributes] = line.split(';');
    const equals = pair.indexOf('=');
    if (equals < 0 || trim(pair.slice(0, equals)) !== 'r_session') continue;
    const value = trim(pair.slice(equals + 1));
    let maxAge = Number.POSITIVE_INFINITY;
    for (const attribute of attributes) {
      const at = attribute.indexOf('=');
      if (at < 0 || trim(attribute.slice(0, at)).toLowerCase() !== 'max-age') continue;
      const seconds = trim(attribute.slice(at + 1));
      const digits = seconds.startsWith('-') ? seconds.slice(1) : seconds;
      if (digits !== '' && [...digits].every((digit) => digit >= '0' && digit <= '9')) maxAge = Number(seconds);
    }
    if (value === '' || maxAge <= 0) clears++;
    else if (value.length <= 4096 && [...value].every(isCookieOctet)) fresh = value;
  }
  return { fresh, clears };
}

/** Takes off the white space of RFC 6265: spaces and tabs. */
function trim(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && ' \t'.includes(text.charAt(start))) start++;
  while (end > start && ' \t'.includes(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

function isCookieOctet(character: string): boolean {
  return character > ' ' && character < '\x7f' && !'",;\\'.includes(character);
}
