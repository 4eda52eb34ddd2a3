import { TraqError } from '../errors.ts';
import { userName } from './rules.ts';

/** A user of the fake. */
export interface FakeUser {
  /** 1 to 32 of `a-z A-Z 0-9 _ -`; no two users may differ in letter case only. */
  readonly name: string;
  /** Any text but the empty one. The server's pattern for passwords is not enforced, as it is not at login. */
  readonly password: string;
}

/** A token for an `Authorization: Bearer` header. */
export interface FakeToken {
  /** Visible ASCII, no spaces. */
  readonly token: string;
  /** Name of the user whose token it is. */
  readonly user: string;
  /** `bot`: a bot's. `oauth`: one that an app got, with the scopes read and write. */
  readonly kind: 'bot' | 'oauth';
}

/** Options of {@link createFakeTraq}. */
export interface FakeTraqOptions {
  /** The users to start with; none unless given. */
  readonly users?: readonly FakeUser[] | undefined;
  /** Names of the providers that accounts can be linked at, of `a-z A-Z 0-9 _ -`; none unless given. */
  readonly providers?: readonly string[] | undefined;
  /** Clock, in milliseconds since the epoch; `Date.now` unless given. `advance` adds to it. */
  readonly now?: (() => number) | undefined;
  /** Whether a user may send no more than 100 requests per second, 1,000 at once, behind a login; true unless given. */
  readonly rateLimit?: boolean | undefined;
  /** Whether `requests` keeps what arrives; true unless given. */
  readonly recordRequests?: boolean | undefined;
}

/** Throws `invalid_argument` unless a condition holds. */
export function demand(condition: unknown, message: string): asserts condition {
  if (!condition) throw new TraqError('invalid_argument', message);
}

/** Demands a text; the message does not show it. */
export function demandText(value: unknown, what: string): asserts value is string {
  demand(typeof value === 'string' && value !== '', `${what} must be a text that is not empty`);
}

/** The moment farthest from the epoch that a `Date` can show, in milliseconds. */
const farthest = 8.64e15;

/** Demands a moment that can be shown as a date. */
export function demandMoment(value: unknown, message: string): asserts value is number {
  demand(Number.isFinite(value) && Math.abs(Number(value)) <= farthest, message);
}

/** Demands a length of time. */
export function demandDuration(value: unknown, what: string): asserts value is number {
  demand(Number.isFinite(value) && Number(value) >= 0, `${what} must be a number of milliseconds, 0 or more`);
}

function demandObject(value: unknown, what: string): void {
  demand(typeof value === 'object' && value !== null, `${what} must be an object`);
}

function demandName(value: unknown, what: string): void {
  demandText(value, what);
  const fault = userName(value);
  demand(fault === undefined, `${what}: ${fault}`);
}

/** Demands what can be a user. */
export function demandUser(user: FakeUser): void {
  demandObject(user, 'a user');
  demandName(user.name, "a user's name");
  demandText(user.password, "a user's password");
}

/** Demands what can be a token. */
export function demandToken(token: FakeToken): void {
  demandObject(token, 'a token');
  demand(typeof token.token === 'string' && /^[\x21-\x7e]+$/.test(token.token), 'token must be visible ASCII');
  demand(token.kind === 'bot' || token.kind === 'oauth', 'kind must be bot or oauth');
}

/** Demands options that will do; users are looked at when they are added. */
export function demandOptions(options: FakeTraqOptions): void {
  demandObject(options, 'options');
  const { users = [], providers = [], now = Date.now, rateLimit = true, recordRequests = true } = options;
  demand(Array.isArray(users), 'users must be a list');
  demand(Array.isArray(providers), 'providers must be a list');
  demand(typeof rateLimit === 'boolean', 'rateLimit must be true or false');
  demand(typeof recordRequests === 'boolean', 'recordRequests must be true or false');
  demand(typeof now === 'function', 'now must be a function');
  for (const name of providers) demandName(name, 'providers');
  demand(new Set(providers).size === providers.length, 'providers names one twice');
}
