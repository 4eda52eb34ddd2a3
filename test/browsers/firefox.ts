import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Rpc } from './rpc.ts';
import { Started } from './started.ts';
import { type Driver, type Engine, Tab } from './tab.ts';

type Evaluated = {
  readonly result?: { readonly value?: unknown };
  readonly exceptionDetails?: { readonly text: string };
};

/** What lies beyond loopback is behind a proxy that is not there, whoever asks for it. */
const preferences = {
  'network.proxy.type': 1,
  'network.proxy.http': '127.0.0.1',
  'network.proxy.http_port': 9,
  'network.proxy.ssl': '127.0.0.1',
  'network.proxy.ssl_port': 9,
};

/** Firefox by WebDriver BiDi. */
export async function startFirefox(program: string): Promise<Engine> {
  const started = await Started.start(program, async (folder) => {
    const lines = Object.entries(preferences).map(
      ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`,
    );
    await writeFile(join(folder, 'user.js'), lines.join(''));
    return ['--headless', '--no-remote', '--profile', folder, '--remote-debugging-port', '0'];
  });
  const rpc = await Rpc.open(`${await started.said(/listening on (ws:\S+)/)}/session`);
  await rpc.call('session.new', { capabilities: {} });
  return { name: 'Firefox', open: async () => new Tab(await openTab(rpc)), end: () => started.end() };
}

async function openTab(rpc: Rpc): Promise<Driver> {
  const { context } = await rpc.call<{ context: string }>('browsingContext.create', { type: 'window' });
  return {
    evaluate: async (expression) => {
      const evaluated = await rpc.call<Evaluated>('script.evaluate', {
        expression,
        target: { context },
        awaitPromise: true,
      });
      if (evaluated.exceptionDetails) throw new Error(evaluated.exceptionDetails.text);
      return evaluated.result?.value;
    },
    navigate: (url) => rpc.call('browsingContext.navigate', { context, url, wait: 'none' }),
    reload: () => rpc.call('browsingContext.reload', { context, wait: 'none' }),
    back: () => rpc.call('browsingContext.traverseHistory', { context, delta: -1 }),
    close: () => rpc.call('browsingContext.close', { context }),
  };
}
