import { createReadStream } from 'node:fs';
import { ContractError } from './contract-error.ts';

export interface Limits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

/** The bytes of a file, or of the response of an http(s) address, within limits. */
export async function readSource(
  source: string,
  { maxBytes, timeoutMs }: Limits = { maxBytes: 5_000_000, timeoutMs: 30_000 },
): Promise<Uint8Array> {
  const name = displayName(source);
  const signal = AbortSignal.timeout(timeoutMs);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of source.includes('://')
      ? await ask(source, signal)
      : createReadStream(source, { signal })) {
      size += chunk.byteLength;
      if (size > maxBytes)
        throw new ContractError(`is larger than ${maxBytes / 1e6} MB; give traQ's own docs/v3-api.yaml`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    const late = signal.aborted ? `did not answer in full within ${timeoutMs / 1000} s; try again, or give a file` : '';
    const reason = error instanceof ContractError ? error.message : late || `cannot be read: ${reasonOf(error)}`;
    throw new ContractError(`${name} ${reason}`);
  }
}

async function ask(source: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const { protocol = '', username = '', password = '' } = URL.canParse(source) ? new URL(source) : {};
  if (!/^https?:$/.test(protocol)) throw new ContractError('is no http(s) address; give one, or a file');
  if (username + password !== '')
    throw new ContractError('must be given without a user; leave out what is before the @');
  const response = await fetch(source, { signal, headers: { Accept: 'application/yaml, text/plain, */*' } });
  const html = /html/i.test(response.headers.get('content-type') ?? '');
  if (response.ok && !html) return response.body ?? (async function* () {})();
  await response.body?.cancel();
  const answer = response.ok ? 'answers with an HTML page' : `answers ${response.status}`;
  throw new ContractError(`${answer}, not with a description; check the address`);
}

/** A source as it may be shown: an address without user and query. */
export function displayName(source: string): string {
  if (!source.includes('://')) return source;
  if (!URL.canParse(source)) return 'the address';
  const { protocol, host, pathname } = new URL(source);
  return `${protocol}//${host}${pathname}`;
}

function reasonOf(error: unknown): string {
  const { code, cause, message } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException };
  if (code === 'ENOENT') return 'there is no such file; check the path';
  if (code === 'EISDIR') return 'it is a folder; give a file';
  return `${code ?? cause?.code ?? (cause?.message ?? message).split('\n')[0]}; check the path or the address`;
}
