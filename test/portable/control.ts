import type { FakeFault, FakeSession } from '../../src/testing/index.ts';

/** A request that arrived at the stage, headers and all. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A fault that goes through JSON. */
export type RemoteFault = Extract<FakeFault, { kind: 'status' | 'reset' | 'stall' | 'html' | 'truncated-json' }>;

/** The other side of the network, as a case sees it. */
export interface Control {
  readonly advance: (ms: number) => Promise<void>;
  readonly link: (name: string, providerName: string, externalName: string) => Promise<void>;
  readonly openSession: (name: string, options?: { ageMs: number }) => Promise<FakeSession>;
  readonly sessionsOf: (name: string) => Promise<FakeSession[]>;
  readonly inject: (fault: RemoteFault) => Promise<void>;
  /** What has arrived since the case began. */
  readonly requests: () => Promise<SeenRequest[]>;
  /** Resolves when so many requests have arrived since the case began. */
  readonly arrived: (count: number) => Promise<void>;
  /** Resolves when so many requests have begun to arrive: their headers are there. */
  readonly begun: (count: number) => Promise<void>;
  /** A loopback address at which nobody listens. */
  readonly deadOrigin: () => Promise<string>;
}

/** What the stage says of a fake that it has opened. */
export interface Opened {
  /** API root under the fake's own address. */
  readonly elsewhere: string;
}

const members = [
  'advance',
  'link',
  'openSession',
  'sessionsOf',
  'inject',
  'requests',
  'arrived',
  'begun',
  'deadOrigin',
] as const satisfies readonly (keyof Control)[];

async function ask(origin: string, member: string, args: unknown[]): Promise<unknown> {
  const response = await fetch(`${origin}/control/${member}`, { method: 'POST', body: JSON.stringify(args) });
  const text = await response.text();
  if (!response.ok) throw new Error(`the stage refused ${member}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** Opens a new fake at the stage of that origin; in a page, the cookie of the one before is gone. */
export async function openStage(origin: string): Promise<Opened & { readonly control: Control }> {
  const opened = (await ask(origin, 'open', [])) as Opened;
  const entries = members.map((member) => [member, (...args: unknown[]) => ask(origin, member, args)]);
  return { ...opened, control: Object.fromEntries(entries) as Control };
}
