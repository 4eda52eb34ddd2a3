import type { AddressInfo } from 'node:net';
import {
  createServer,
  type InlineConfig,
  mergeConfig,
  type PreviewServer,
  type ProxyOptions,
  preview,
  type ViteDevServer,
} from 'vite';
import config from './vite.config.ts';

/** The page, being served. */
export interface ServedPage {
  /** Such as `http://127.0.0.1:5173`. */
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** How to serve it. */
export interface ServeOptions {
  /** Origin of the traQ server that stands behind `/api`. */
  readonly target: string;
  /** Where traQ itself is, if a provider leads back there and not to this page: accounts can be linked there alone. */
  readonly traqOrigin?: string | undefined;
  /** 0 takes a free port. */
  readonly port: number;
  /** From its sources, reloading as they change, or what `vite build` made of them. */
  readonly from: 'sources' | 'build';
}

/** Serves the page with a traQ behind the same origin, so that the browser keeps the session cookie. */
export async function serve({ target, traqOrigin, port, from }: ServeOptions): Promise<ServedPage> {
  const configure: ProxyOptions['configure'] = (proxy) =>
    proxy.on('proxyRes', ({ headers }) => {
      if (traqOrigin !== undefined) headers['traq-origin'] = traqOrigin;
    });
  const proxy = { '/api': { target, changeOrigin: true, configure } };
  const own: InlineConfig = {
    configFile: false,
    logLevel: from === 'build' ? 'silent' : 'error',
    server: { port, proxy },
    preview: { port, proxy },
  };
  const merged = mergeConfig(config, own) as InlineConfig;
  const server: ViteDevServer | PreviewServer =
    from === 'build' ? await preview(merged) : await (await createServer(merged)).listen();
  const address = server.httpServer?.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}
