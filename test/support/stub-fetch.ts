/** A request that was given to a stub. */
export interface Sent {
  readonly url: string;
  readonly method: string;
  readonly init: RequestInit;
  readonly headers: Headers;
  /** Without `r_session=`. */
  readonly token: string | undefined;
  /** What `fetch` was called on. */
  readonly receiver: unknown;
}

export type StubAnswer = Response | Error | ((sent: Sent) => Response | Promise<Response>);

/** A fetch of a test's own. */
export interface StubFetch {
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** In the order of arrival. */
  readonly sent: Sent[];
}

function stub(next: (sent: Sent) => Response | Promise<Response>): StubFetch {
  const sent: Sent[] = [];
  return {
    sent,
    fetch: async function (this: unknown, url, init) {
      const headers = new Headers(init.headers);
      const token = /^r_session=(.*)$/.exec(headers.get('cookie') ?? '')?.[1];
      const request = { url, method: init.method ?? 'GET', init, headers, token, receiver: this };
      sent.push(request);
      return await next(request);
    },
  };
}

/** Gives these responses in turn; a request more than there are responses fails. */
export function stubFetch(...answers: StubAnswer[]): StubFetch {
  const left = [...answers];
  return stub((sent) => {
    const next = left.shift();
    if (next === undefined) throw new Error('a request that the test did not expect');
    if (next instanceof Error) throw next;
    return next instanceof Response ? next : next(sent);
  });
}

/** Responds to every request the same way. */
export const answering = (respond: (sent: Sent) => Response | Promise<Response>): StubFetch => stub(respond);

/** Never responds, as the platform's fetch does until its signal is aborted. */
export const neverAnswering = (): StubFetch =>
  stub(
    ({ init: { signal } }) =>
      new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  );
