/** After which what has not happened never will, however busy the machine is. */
const HANG_MS = 60_000;

/** Waits for nothing without an end: a hang by its name, and long before the test's own limit. */
export async function within<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${HANG_MS} ms`)), HANG_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
