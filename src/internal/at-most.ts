/**
 * Waits for a promise, for a limited time.
 *
 * @param giveUp - called if it takes longer.
 * @returns its value; undefined if it took longer, or rejected.
 */
export async function atMost<T>(ms: number, awaited: Promise<T>, giveUp = (): void => {}): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tired = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => {
      giveUp();
      resolve(undefined);
    }, ms);
  });
  try {
    return await Promise.race([awaited.catch(() => undefined), tired]);
  } finally {
    clearTimeout(timer);
  }
}
