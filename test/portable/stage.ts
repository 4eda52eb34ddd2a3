import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createSocketServer } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FakeListener, FakeTraq } from '../../src/testing/index.ts';
import { alice, bob, providers, type TestingModule } from './case.ts';
import type { Opened, SeenRequest } from './control.ts';

/** Where cases are played: a fake traQ behind HTTP, which a case directs from its own runtime, also over HTTP. */
export interface Stage {
  /** Responds to `/api` and `/control`; for a server that has other paths as well. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => void;
  readonly close: () => Promise<void>;
}

/** A stage under an address of its own. */
export interface ListeningStage {
  readonly origin: string;
  readonly close: () => Promise<void>;
}

interface Play {
  readonly fake: FakeTraq;
  readonly listener: FakeListener;
  readonly seen: SeenRequest[];
  /** How many requests have begun to arrive. */
  begun: number;
  readonly waiting: Set<() => void>;
}

/** Makes a stage that plays the fake of the built package. */
export function createStage({ createFakeTraq }: TestingModule): Stage {
  let play: Play | undefined;

  async function open(): Promise<Opened> {
    await play?.listener.close();
    const fake = createFakeTraq({ users: [alice, bob], providers });
    const listener = await fake.listen();
    play = { fake, listener, seen: [], begun: 0, waiting: new Set() };
    return { elsewhere: listener.baseUrl };
  }

  async function direct(member: string, args: unknown[]): Promise<unknown> {
    if (member === 'open') return await open();
    if (member === 'deadOrigin') return await deadOrigin();
    if (play === undefined) throw new Error('no fake was opened');
    const { fake, seen, waiting } = play;
    if (member === 'requests') return seen;
    if (member === 'arrived' || member === 'begun') {
      const count = (at: Play): number => (member === 'begun' ? at.begun : at.seen.length);
      while (count(play) < (args[0] as number)) await new Promise<void>((resolve) => waiting.add(resolve));
      return undefined;
    }
    const value: unknown = (fake[member as keyof FakeTraq] as (...given: unknown[]) => unknown)(...args);
    return typeof value === 'function' ? undefined : value;
  }

  async function answerControl(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const member = incoming.url?.split('/').at(-1) ?? '';
    try {
      const value = await direct(member, JSON.parse(await text(incoming)) as unknown[]);
      // A page keeps its cookie from one case to the next; only a server can take an HttpOnly one away.
      if (member === 'open') response.setHeader('set-cookie', 'r_session=; Path=/; Max-Age=0');
      response.end(value === undefined ? '' : JSON.stringify(value));
    } catch (error) {
      response.writeHead(500).end(String(error));
    }
  }

  async function forward(at: Play, incoming: IncomingMessage, response: ServerResponse) {
    const { listener, seen, waiting } = at;
    const { method = 'GET', url = '/', headers } = incoming;
    at.begun++;
    for (const resolve of waiting) resolve();
    const body = await text(incoming);
    const named = Object.entries(headers).map(([name, value]) => [name, String(value)] as const);
    seen.push({ method, path: url, headers: Object.fromEntries(named), body });
    for (const resolve of waiting) resolve();
    const onward = request(`${listener.origin}${url}`, { method, headers });
    onward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.rawHeaders);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end(body);
  }

  return {
    handle: (incoming, response) => {
      const work =
        incoming.url?.startsWith('/control/') || play === undefined
          ? answerControl(incoming, response)
          : forward(play, incoming, response);
      // A caller who has left has nothing to be told.
      work.catch(() => response.destroy());
    },
    close: async () => {
      await play?.listener.close();
      play = undefined;
    },
  };
}

/** Makes a stage on a free loopback port. */
export async function listenStage(testing: TestingModule): Promise<ListeningStage> {
  const stage = createStage(testing);
  const server = createServer(stage.handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await stage.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function deadOrigin(): Promise<string> {
  const server = createSocketServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}
