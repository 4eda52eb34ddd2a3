/** A token as the server makes them: 50 characters. */
export const token = (letter: string): string => letter.repeat(50);

/** The line that sets the session cookie. */
export const sessionLine = (value: string): string =>
  `r_session=${value}; Path=/; Expires=Tue, 22 Dec 2026 21:51:42 GMT; Max-Age=2419200; HttpOnly; SameSite=Lax`;

/** The line that clears it. */
export const CLEARING_LINE = 'r_session=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0';

export const REQUEST_ID = 'RequestId00000000000000000000000';

/** A response of a status, with these header lines. */
export function answer(
  status: number,
  headers: Record<string, string | readonly string[]> = {},
  body: BodyInit | null = null,
): Response {
  const lines = Object.entries({ 'x-request-id': REQUEST_ID, ...headers });
  const pairs = lines.flatMap(([name, value]) => [value].flat().map((line): [string, string] => [name, line]));
  return new Response(body, { status, headers: pairs });
}

/** A JSON response. */
export const json = (
  status: number,
  value: unknown,
  headers: Record<string, string | readonly string[]> = {},
): Response => answer(status, { 'content-type': 'application/json', ...headers }, `${JSON.stringify(value)}\n`);

/** A refusal as the server words it. */
export const refusal = (
  status: number,
  message: string,
  headers: Record<string, string | readonly string[]> = {},
): Response => json(status, { message }, headers);

/** The response to a login. */
export const loginAnswer = (letter = 'a'): Response => answer(204, { 'set-cookie': sessionLine(token(letter)) });
