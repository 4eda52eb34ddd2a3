type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The same fetch, whose caller leaves that many microtasks after each response. */
export function leavingFetch(fetch: Fetch, turns: number, leaving: AbortController): Fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    void abortAfter(turns, leaving);
    return response;
  };
}

async function abortAfter(turns: number, leaving: AbortController): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await undefined;
  leaving.abort('gone');
}
