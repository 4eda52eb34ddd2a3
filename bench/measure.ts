// The process that is measured: own cost with a stub fetch, then calls over loopback. Prints its figures as JSON.
import { Worker } from 'node:worker_threads';
import { type Contestant, type ContestantName, contestants } from './contestants.ts';
import { baseUrl, type Calls, stubFetch } from './operations.ts';
import { type SliceOptions, type Slices, slice, type Work } from './slices.ts';

/** How long each part takes. */
export interface MeasureOptions {
  readonly stub: SliceOptions;
  readonly loopback: SliceOptions;
}

/** What this process prints. */
export interface Measurement {
  /** No network, each of the seven operations as often. */
  readonly stub: Slices<ContestantName>;
  /** Over loopback: the five operations behind a login, by the number of calls in flight. */
  readonly loopback: Readonly<Record<string, Slices<ContestantName>>>;
}

async function forEach<T>(make: (contestant: Contestant) => T | Promise<T>): Promise<Record<ContestantName, T>> {
  const made: [string, T][] = [];
  for (const [name, contestant] of Object.entries(contestants)) made.push([name, await make(contestant)]);
  return Object.fromEntries(made) as Record<ContestantName, T>;
}

function everyOperation(calls: Calls): Work {
  return async () => {
    await calls.login();
    await calls.listSessions();
    await calls.listAccounts();
    await calls.link();
    await calls.unlink();
    await calls.revoke();
    await calls.logout();
    return 7;
  };
}

function behindLogin(calls: Calls, inFlight: number): Work {
  const kinds = [calls.listSessions, calls.listAccounts, calls.link, calls.unlink, calls.revoke];
  const oneAfterAnother = async (): Promise<void> => {
    for (const call of kinds) await call();
  };
  return async () => {
    await Promise.all(Array.from({ length: inFlight }, oneAfterAnother));
    return inFlight * kinds.length;
  };
}

const options = JSON.parse(process.argv[2] ?? '') as MeasureOptions;
const stub = await slice(await forEach((contestant) => everyOperation(contestant(stubFetch, baseUrl))), options.stub);

const server = new Worker(new URL('./stub-server.js', import.meta.url));
const port = await new Promise<number>((resolve, reject) => server.once('message', resolve).once('error', reject));
const loopback: Record<string, Slices<ContestantName>> = {};
for (const inFlight of [1, 32]) {
  const works = await forEach(async (contestant) => {
    const calls = contestant((input, init) => fetch(input, init), `http://127.0.0.1:${port}/api/v3`);
    await calls.login();
    return behindLogin(calls, inFlight);
  });
  loopback[inFlight] = await slice(works, options.loopback);
}
await server.terminate();

console.log(JSON.stringify({ stub, loopback } satisfies Measurement));
