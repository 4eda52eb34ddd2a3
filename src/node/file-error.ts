/** The system's code of what was thrown (`ENOENT`), if it has one. */
export function errorCode(thrown: unknown): unknown {
  return (Object(thrown) as { readonly code?: unknown }).code;
}

/** Runs work on a session file; if it fails, the error says which file, and what was not done to it. */
export async function namingFile<T>(path: string, done: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The session file ${path} was not ${done}: ${reason}`, { cause: error });
  }
}
