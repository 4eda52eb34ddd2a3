import type { ViteUserConfig } from 'vitest/config';
import { loadBuilt } from '../portable/process-context.ts';
import { createStage } from '../portable/stage.ts';

type Plugins = NonNullable<ViteUserConfig['plugins']>;

/** Serves the stage of the portable suite on the origin of the page that the tests run in, as a proxy would. */
export function stagePlugin(): Plugins[number] {
  return {
    name: 'traq-auth:stage',
    configureServer(server) {
      // The server that only transforms modules has no port, and no page.
      if (server.httpServer === null) return;
      const stage = loadBuilt().then(({ testing }) => createStage(testing));
      server.middlewares.use((request, response, next) => {
        if (!/^\/(api|control)\//.test(request.url ?? '')) return next();
        stage.then(({ handle }) => handle(request, response), next);
      });
      // An open server would keep the test runner from ending.
      const close = server.close.bind(server);
      server.close = async () => {
        await (await stage).close();
        await close();
      };
    },
  };
}
