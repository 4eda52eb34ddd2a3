import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice } from '../portable/case.ts';
import { portableCases } from '../portable/cases.ts';
import { openStage } from '../portable/control.ts';
import { type Play, playInPage } from './play-in-page.ts';

const cases = portableCases.filter(({ where }) => where !== 'managed');

describe('the built package in a page', () => {
  for (const { name } of cases) test(name, () => playInPage(name));
});

describe('the built package in a worker', () => {
  let worker: Worker;
  beforeAll(() => {
    worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  });
  afterAll(() => worker?.terminate());

  const playInWorker: Play = (name) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data === undefined ? resolve() : reject(new Error(data)));
      worker.onerror = ({ message }) => reject(new Error(`the worker failed: ${message}`));
      worker.postMessage(name);
    });
  // The others hold in a page, whose platform is the same.
  for (const { name } of cases.filter(({ where }) => where === 'browser')) test(name, () => playInWorker(name));
});

describe('the built package in a frame', () => {
  const play = (program: string, prepare: (frame: HTMLIFrameElement, page: string) => void): Promise<unknown> =>
    new Promise((resolve) => {
      const frame = document.createElement('iframe');
      const page = `<script type="module">
        const { createTraqAuth } = await import('${location.origin}/dist/index.js');
        const { baseUrl, alice } = ${JSON.stringify({ baseUrl: `${location.origin}/api/v3`, alice })};
        const run = async () => { ${program} };
        parent.postMessage(await run().catch(({ code, message }) => ({ code, message })), '*');
      </script>`;
      addEventListener('message', ({ source, data }) => source === frame.contentWindow && resolve(data));
      prepare(frame, page);
      document.body.append(frame);
    });
  const program = `
    const traq = createTraqAuth({ baseUrl });
    await traq.login(alice);
    return (await traq.sessions.list()).length;`;

  test('login works in one that its page has filled, which has the origin of the page', async () => {
    await openStage(location.origin);
    const filled = (frame: HTMLIFrameElement, page: string): void => {
      frame.srcdoc = page;
    };
    await expect(play(program, filled)).resolves.toBe(1);
    const byPath = program.replace('baseUrl', "baseUrl: '/api/v3'");
    await expect(play(byPath, filled)).resolves.toMatchObject({ code: 'already_logged_in' });
  });

  test('login is refused in a sandbox, which has no origin, though its address is on the same one', async () => {
    const { control } = await openStage(location.origin);
    const boxed = play(program, (frame, page) => {
      frame.setAttribute('sandbox', 'allow-scripts');
      frame.src = URL.createObjectURL(new Blob([page], { type: 'text/html' }));
    });
    const message = expect.stringContaining('a page of null cannot hold a session of another origin');
    await expect(boxed).resolves.toEqual({ code: 'invalid_argument', message });
    await expect(control.requests()).resolves.toEqual([]);
  });
});
