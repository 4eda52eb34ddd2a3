import { createReadStream, statSync } from 'node:fs';
import { ContractError } from './contract-error.ts';

export const upstreamAddress = 'https://raw.githubusercontent.com/traPtitech/traQ/master/docs/v3-api.yaml';

export interface Limits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

export const limits: Limits = { maxBytes: 5_000_000, timeoutMs: 30_000 };

/** The bytes of a file, or of what an http(s) address answers, within the limits. */
export async function readSource(source: string, { maxBytes, timeoutMs }: Limits = limits): Promise<Uint8Array> {
  const name = /^[a-z][a-z0-9+.-]+:\/\//i.test(source) ? addressOf(source) : source;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const body = name instanceof URL ? await ask(name, signal) : open(name, signal);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > maxBytes)
        throw new ContractError(`${shown(name)} is larger than ${maxBytes / 1e6} MB; give traQ's own docs/v3-api.yaml`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof ContractError) throw error;
    if (signal.aborted)
      throw new ContractError(
        `${shown(name)} did not answer in full within ${timeoutMs / 1000} s; try again, or give a file`,
      );
    throw new ContractError(`${shown(name)} cannot be read: ${reasonOf(error)}; check the path or the address`);
  }
}

function addressOf(source: string): URL {
  if (!URL.canParse(source))
    throw new ContractError(`${source} is not a valid address; give one that begins with https://`);
  const address = new URL(source);
  if (!/^https?:$/.test(address.protocol))
    throw new ContractError(`${shown(address)} is neither a file nor an http(s) address; give one of these`);
  if (address.username !== '' || address.password !== '')
    throw new ContractError(`${shown(address)} must be given without a user; leave out what stands before the @`);
  return address;
}

async function ask(address: URL, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
  const response = await fetch(address, { signal, headers: { Accept: 'application/yaml, text/plain, */*' } });
  const type = response.headers.get('content-type') ?? '';
  const refusal = !response.ok
    ? `answers ${response.status}`
    : /html/i.test(type)
      ? 'answers with an HTML page'
      : undefined;
  if (refusal !== undefined) {
    await response.body?.cancel();
    throw new ContractError(`${shown(address)} ${refusal}, not with a description; check the address`);
  }
  return response.body ?? (async function* () {})();
}

function open(path: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
  if (!statSync(path).isFile()) throw new ContractError(`${path} is not a file; give the path of one`);
  return createReadStream(path, { signal });
}

/** A source as it may be shown: of an address neither user nor query. */
export function displayName(source: string): string {
  return URL.canParse(source) && source.includes('://') ? shown(new URL(source)) : source;
}

function shown(name: string | URL): string {
  return name instanceof URL ? `${name.origin}${name.pathname}` : name;
}

function reasonOf(error: unknown): string {
  const { code, cause, message } = error as NodeJS.ErrnoException & { cause?: NodeJS.ErrnoException };
  if (code === 'ENOENT') return 'there is no such file';
  return code ?? cause?.code ?? (cause?.message ?? message).split('\n')[0] ?? '';
}
