// The process that is measured: own cost with a stub fetch, then calls over loopback. Prints its figures as JSON.
import { Worker } from 'node:worker_threads';
import { operations } from '../test/faults/operations.ts';
import { planCells, runCells } from '../test/faults/plan.ts';
import { allocatedPerCall } from './allocation.ts';
import { type Contestant, type ContestantName, contestants } from './contestants.ts';
import { baseUrl, type Calls, type OperationName, operationNames, stubFetch } from './operations.ts';
import { type SliceOptions, type Slices, slice, type Work } from './slices.ts';

/** How long each part takes. */
export interface MeasureOptions {
  readonly stub: SliceOptions;
  readonly each: SliceOptions;
  readonly loopback: SliceOptions;
}

/** What this process prints. */
export interface Measurement {
  /** No network, each of the seven operations as often. */
  readonly stub: Slices<ContestantName>;
  /** The same of each operation by itself; a logout comes with the login before it. */
  readonly each: Readonly<Record<OperationName, Slices<ContestantName>>>;
  /** KiB that a call of the mix allocates. */
  readonly allocated: Readonly<Record<ContestantName, number>>;
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

/** One operation, while a session is held. A logout needs the login before it, and is less its cost. */
function oneOperation(calls: Calls, name: OperationName): Work {
  return async () => {
    if (name === 'logout') await calls.login();
    await calls[name]();
    return 1;
  };
}

/** What is measured keeps its promises: the same build meets some faults first. */
async function meetFaults(): Promise<void> {
  const some = planCells('young', operations, false).filter((_, index) => index % 8 === 0);
  const { wrong, ran } = await runCells(some, { elsewhere: 'http://127.0.0.1:9' });
  if (wrong.length > 0 || ran === 0) throw new Error(`what was built fails ${ran} fault cells:\n${wrong.join('\n')}`);
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
await meetFaults();
const stub = await slice(await forEach((contestant) => everyOperation(contestant(stubFetch, baseUrl))), options.stub);

const each = {} as Record<OperationName, Slices<ContestantName>>;
for (const name of operationNames) {
  const works = await forEach(async (contestant) => {
    const calls = contestant(stubFetch, baseUrl);
    await calls.login();
    return oneOperation(calls, name);
  });
  each[name] = await slice(works, options.each);
}
const mixes = await forEach((contestant) => everyOperation(contestant(stubFetch, baseUrl)));
const allocated = {} as Record<ContestantName, number>;
for (const [name, work] of Object.entries(mixes)) allocated[name as ContestantName] = await allocatedPerCall(work);

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

console.log(JSON.stringify({ stub, each, allocated, loopback } satisfies Measurement));
