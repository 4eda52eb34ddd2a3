import { findBrowser } from '../browser/find-browser.ts';
import { Rpc } from './rpc.ts';
import { Started } from './started.ts';
import { type Driver, type Engine, Tab } from './tab.ts';

type Evaluated = {
  readonly result: { readonly value?: unknown };
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } };
};

/** Tabs behind others run as fast as the one in front. */
const unthrottled: readonly string[] = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/**
 * Chromium by the DevTools protocol.
 *
 * @param installed - a program; without one, the browser of `npm test`, which has no back/forward cache.
 */
export async function startChromium(installed?: string): Promise<Engine> {
  const { executablePath = 'google-chrome', args = [], env = process.env } = (await findBrowser()) ?? {};
  const started = await Started.start(
    installed ?? executablePath,
    (folder) => [...args, ...unthrottled, '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${folder}`],
    installed ? process.env : (env as NodeJS.ProcessEnv),
  );
  const rpc = await Rpc.open(await started.said(/listening on (ws:\S+)/));
  return { name: 'Chromium', open: async () => new Tab(await openTab(rpc)), end: () => started.end() };
}

async function openTab(rpc: Rpc): Promise<Driver> {
  const { targetId } = await rpc.call<{ targetId: string }>('Target.createTarget', { url: 'about:blank' });
  const session = await rpc.call<{ sessionId: string }>('Target.attachToTarget', { targetId, flatten: true });
  const call = <Result>(method: string, params = {}): Promise<Result> => rpc.call(method, params, session);
  // A tab behind another one counts as visible all the same: a window of its own would cost twice the time.
  await call('Emulation.setFocusEmulationEnabled', { enabled: true });
  return {
    evaluate: async (expression) => {
      const { result, exceptionDetails } = await call<Evaluated>('Runtime.evaluate', {
        expression,
        awaitPromise: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    },
    navigate: (url) => call('Page.navigate', { url }),
    reload: () => call('Page.reload'),
    back: () => call('Runtime.evaluate', { expression: 'history.back()' }),
    freeze: () => call('Page.setWebLifecycleState', { state: 'frozen' }),
    close: () => rpc.call('Target.closeTarget', { targetId }),
  };
}
