import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';

/** Writes a file so that a reader, or whoever finds the tree after a crash, sees the old text or the new one, whole. */
export function writeWholeFile(path: string, content: string): void {
  const temporary = temporaryPath(path);
  mkdirSync(dirname(path), { recursive: true });
  try {
    writeFileSync(temporary, content, { flush: true });
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Where a file is written before it takes its place. */
export function temporaryPath(path: string): string {
  return posix.join(posix.dirname(path), `.${posix.basename(path)}.tmp`);
}
