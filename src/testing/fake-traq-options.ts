import { TraqError } from '../errors.ts';
import { faultOf, nameRules } from './validation.ts';

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

/** An error for an argument that would not do. */
export const invalid = (message: string): TraqError => new TraqError('invalid_argument', message);

/** Refuses what has no members. */
function requireObject(value: unknown, what: string): void {
  if (typeof value !== 'object' || value === null) throw invalid(`${what} must be an object`);
}

/** Refuses what is not a non-empty text; the message does not show it. */
export function requireText(value: unknown, what: string): asserts value is string {
  if (typeof value !== 'string' || value === '') throw invalid(`${what} must be a text that is not empty`);
}

/** Refuses what cannot be the name of a user or a provider. */
function requireName(value: unknown, what: string): asserts value is string {
  requireText(value, what);
  const fault = faultOf(value, nameRules);
  if (fault !== undefined) throw invalid(`${what}: ${fault}`);
}

/** Refuses what cannot be a user. */
export function checkUser(user: FakeUser): void {
  requireObject(user, 'a user');
  requireName(user.name, "a user's name");
  requireText(user.password, "a user's password");
}

const visibleAscii = /^[\x21-\x7e]+$/;

/** Refuses what cannot be a token. */
export function checkToken(token: FakeToken): void {
  requireObject(token, 'a token');
  if (typeof token.token !== 'string' || !visibleAscii.test(token.token)) throw invalid('token must be visible ASCII');
  if (token.kind !== 'bot' && token.kind !== 'oauth') throw invalid('kind must be bot or oauth');
}

/** Refuses what is not a length of time. */
export function requireDuration(value: unknown, what: string): asserts value is number {
  if (!(Number.isFinite(value) && Number(value) >= 0)) {
    throw invalid(`${what} must be a number of milliseconds, 0 or more`);
  }
}

/** Refuses what is no port; 0 stands for any free one. */
export function requirePort(port: number): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw invalid('listen: port must be a whole number from 0 to 65535');
  }
}

function requireBoolean(value: unknown, what: string): void {
  if (value !== undefined && typeof value !== 'boolean') throw invalid(`${what} must be true or false`);
}

function requireList(value: unknown, what: string): void {
  if (value !== undefined && !Array.isArray(value)) throw invalid(`${what} must be a list`);
}

/** Refuses options that would not do; users are looked at when they are added. */
export function checkOptions(options: FakeTraqOptions): void {
  requireObject(options, 'options');
  requireList(options.users, 'users');
  requireList(options.providers, 'providers');
  requireBoolean(options.rateLimit, 'rateLimit');
  requireBoolean(options.recordRequests, 'recordRequests');
  const { now, providers = [] } = options;
  if (now !== undefined && typeof now !== 'function') throw invalid('now must be a function');
  for (const name of providers) requireName(name, 'providers');
  if (new Set(providers).size < providers.length) throw invalid('providers names one twice');
}
