import { refuserOf } from '../arguments.ts';
import { type Base, baseOf } from '../base-url.ts';
import type { ClientContext } from '../client-context.ts';
import { type CallContext, failure } from '../failure.ts';
import { pageOrigin } from '../page-origin.ts';
import { PageGate } from './page-gate.ts';
import { PageInFlight } from './page-in-flight.ts';
import { PageNote } from './page-note.ts';
import { PageState } from './page-state.ts';
import { credentialsFor } from './page-wire.ts';
import { TabLock } from './tab-lock.ts';

/** What a page knows about its API's host. The cookie is the host's, whatever the base path. */
export interface PageHost {
  readonly base: Base;
  readonly inFlight: PageInFlight;
  readonly state: PageState;
  readonly gate: PageGate;
}

/** The advice where the page is probably emulated (P7). */
export const IN_TESTS =
  "in a test without a browser, give the fake's browserFetch (traq-auth also takes cookies: 'managed')";

/** @throws `invalid_argument` where there is no page, or one of another origin (P6). */
export function hostOf({ settings }: ClientContext, context: CallContext): PageHost {
  const base = baseOf(settings, refuserOf(context));
  if (credentialsFor(base.baseUrl) === undefined) throw crossOrigin(context, base);
  const name = `traq-auth:${base.origin}`;
  const note = new PageNote(name);
  const inFlight = new PageInFlight(note, settings.now);
  const state = new PageState(note, new TabLock(name), settings.now);
  return { base, inFlight, state, gate: new PageGate(state, inFlight) };
}

function crossOrigin(context: CallContext, { origin }: Base): Error {
  const why = `a page of ${pageOrigin() ?? 'no origin'} cannot hold a session of another origin (${origin}), since traQ allows no credentials there`;
  const remedy =
    "serve the API on the page's own origin by a proxy (with changeOrigin), and let baseUrl be its path, such as /api/v3";
  return failure(context, 'invalid_argument', `${why}: ${remedy}; ${IN_TESTS}; nothing was sent`);
}
