import { STATUS_CODES } from 'node:http';

/** What a server does to one request. */
export type Play = Refused | Cut | Answer;

/** Nobody listens. */
export interface Refused {
  readonly kind: 'refused';
}

/** No complete headers ever come, or none that a client can take. */
export interface Cut {
  readonly kind: 'cut';
  readonly sent: string;
  readonly end: 'reset' | 'close' | 'stall';
}

/** The headers come, and a body. */
export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** As it goes over the wire. */
  readonly body: Buffer;
  /** What follows the body's last byte. */
  readonly end: 'keep-alive' | 'reset' | 'close' | 'stall' | 'endless';
  /** The codes that a body may end in that does not come whole, or is too large; undefined for a sound one. */
  readonly trouble?: readonly string[] | undefined;
}

const bodiless: readonly number[] = [204, 304];

/** A whole response of this status. */
export function answer(
  status: number,
  body: string | Buffer = '',
  headers: Answer['headers'] = [],
  more: Partial<Answer> = {},
): Answer {
  const bytes = bodiless.includes(status) ? Buffer.alloc(0) : Buffer.from(body);
  return { kind: 'answer', status, headers, body: bytes, end: 'keep-alive', ...more };
}

/** The head of a response as bytes, one per character. */
export function headOf({ status, headers, body, end }: Answer): Buffer {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Whatever'}`];
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  const framed = headers.some(([name]) => /^(content-length|transfer-encoding)$/i.test(name));
  if (!framed && end !== 'endless' && !bodiless.includes(status)) {
    lines.push(`Content-Length: ${end === 'keep-alive' ? body.length : body.length + 1000}`);
  }
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
