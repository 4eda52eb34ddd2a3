import { freePort } from '../support/free-port.ts';
import { Started } from './started.ts';
import { type Driver, type Engine, Tab } from './tab.ts';
import { until } from './until.ts';

export const miniBrowser = '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser';

/** WebKit by WebDriver, on a display of its own. */
export async function startWebkit(): Promise<Engine> {
  const port = await freePort();
  const display = await Started.start('Xvfb', () => ['-displayfd', '1', '-nolisten', 'tcp']);
  const env = { ...process.env, DISPLAY: `:${await display.said(/^(\d+)\n/m)}` };
  const driver = await Started.start('WebKitWebDriver', () => [`--port=${port}`], env);
  const send: Send = async (method, path, body = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(method === 'POST' && { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(JSON.stringify(value));
    return value;
  };
  const options = { binary: miniBrowser, args: ['--automation'] };
  const capabilities = { alwaysMatch: { browserName: 'MiniBrowser', 'webkitgtk:browserOptions': options } };
  const session = await until('WebKitWebDriver', () => send('POST', '/session', { capabilities }));
  const { sessionId } = session as { sessionId: string };
  const sendTo: Send = (method, path, body) => send(method, `/session/${sessionId}${path}`, body);
  const tabs = new Tabs(sendTo, String(await sendTo('GET', '/window')));
  const end = async (): Promise<void> => {
    await driver.end();
    await display.end();
  };
  return { name: 'WebKit', open: async () => new Tab(await tabs.open()), end };
}

type Send = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => Promise<unknown>;

/** WebDriver has one current tab: a queue keeps the choice of a tab and what is sent to it together. */
class Tabs {
  readonly #send: Send;
  /** It stays open: a new one is opened from one that is there. */
  readonly #first: string;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(send: Send, first: string) {
    this.#send = send;
    this.#first = first;
  }

  async open(): Promise<Driver> {
    const opened = await this.#sendTo(this.#first, ['POST', '/window/new', { type: 'window' }]);
    const { handle } = opened as { handle: string };
    const send: Send = (...request) => this.#sendTo(handle, request);
    const run = (script: string): Promise<unknown> => send('POST', '/execute/sync', { script, args: [] });
    return {
      evaluate: (expression) => evaluate(run, expression),
      navigate: (url) => send('POST', '/url', { url }),
      reload: () => send('POST', '/refresh'),
      back: () => send('POST', '/back'),
      close: () => send('DELETE', '/window'),
    };
  }

  #sendTo(handle: string, request: Parameters<Send>): Promise<unknown> {
    const sent = this.#turn.then(async () => {
      await this.#send('POST', '/window', { handle });
      return await this.#send(...request);
    });
    this.#turn = sent.catch(() => {});
    return sent;
  }
}

/** A script that is awaited would hold the queue, so that its result is asked for. */
async function evaluate(run: (script: string) => Promise<unknown>, expression: string): Promise<unknown> {
  const box = `globalThis['result ${crypto.randomUUID()}']`;
  await run(`Promise.resolve(${expression}).then((value) => { ${box} = value; })`);
  return await until(expression, async () => (await run(`return ${box}`)) ?? undefined);
}
