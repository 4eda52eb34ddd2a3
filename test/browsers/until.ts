const POLL_MS = 20;
const LIMIT_MS = 60_000;

/**
 * Asks again and again until there is something to be had.
 *
 * @param ask - one that fails has nothing yet.
 */
export async function until<Value>(what: string, ask: () => Promise<Value | undefined>): Promise<Value> {
  const end = Date.now() + LIMIT_MS;
  for (;;) {
    const value = await ask().catch(() => undefined);
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`${what}: not within ${LIMIT_MS} ms`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
