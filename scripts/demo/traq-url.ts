import { createTraqAuth } from '../../src/index.ts';

/** A real server, as TRAQ_URL names it. */
export interface TraqServer {
  readonly baseUrl: string;
  /** What stands before `/api/v3`. */
  readonly root: string;
}

/** Reads TRAQ_URL: the address of a server, with or without `/api/v3`. The client says what else it must be. */
export function readTraqUrl(text: string): TraqServer {
  const root = text.replace(/\/+$/, '').replace(/\/api\/v3$/, '');
  try {
    const { baseUrl } = createTraqAuth({ baseUrl: `${root}/api/v3` });
    if (baseUrl.startsWith('/')) throw new Error('baseUrl must be an absolute address: there is no page');
    return { baseUrl, root: baseUrl.replace(/\/api\/v3$/, '') };
  } catch (error) {
    throw new Error(`TRAQ_URL: ${(error as Error).message}`);
  }
}
