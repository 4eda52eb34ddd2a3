import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { errorCode } from './file-error.ts';

/** The file that a path stands for when links are followed, whether it exists or not. */
export async function realFile(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  // A link that points to nothing yet: the file belongs where it points to. A loop has failed above (ELOOP).
  const target = await readlink(path).catch(() => undefined);
  if (target === undefined) return join(folder, basename(path));
  // Not `resolve`, which takes out `..` by the text alone, where the system follows links first.
  return await realFile(isAbsolute(target) ? target : `${folder}/${target}`);
}
