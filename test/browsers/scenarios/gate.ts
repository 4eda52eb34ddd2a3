import { deepStrictEqual } from 'node:assert/strict';
import type { Scenario, World } from '../play.ts';
import { until } from '../until.ts';

const RESPONSE_MS = 400;

/** Reloads a page within its gate; the outcome and the sessions afterwards. */
async function reloadOnce({ stage, open }: World, afterMs: number): Promise<string> {
  stage.logIn(15);
  stage.delayMs = RESPONSE_MS;
  const tab = await open();
  await tab.do('start');
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  await tab.reload();
  return `${await tab.do('list', 1)}, ${stage.sessions()} session(s)`;
}

async function reloads({ engine, another }: World): Promise<string> {
  const times = engine === 'Chromium' ? 20 : 5;
  const found: string[] = [];
  const reloadInTurn = async (first: number): Promise<void> => {
    for (let time = first; time < times; time += 5) {
      found.push(await another((world) => reloadOnce(world, (200 * time) / times)));
    }
  };
  await Promise.all([0, 1, 2, 3, 4].map(reloadInTurn));
  const lost = found.filter((one) => !one.startsWith('ok 1,'));
  deepStrictEqual(lost, [], `lost ${lost.length} of ${times}`);
  // A reload frees the lock while its gate is out; the next one may rotate beside it.
  const more = found.filter((one) => one !== 'ok 1, 1 session(s)');
  return `${times} reloads, none lost, ${more.length} with a session more`;
}

/** What happens in the middle of a gate (P1, P3). */
export const gate: readonly Scenario[] = [
  { title: 'P1 P3: a reload within a gate, after 0 to 200 ms, costs no login', run: reloads },
  {
    title: 'P3: after a reload within a gate that takes 3 s nobody is taken for logged out',
    run: async ({ stage, open }) => {
      stage.logIn(15);
      const tab = await open();
      const answered = new Promise((resolve) => setTimeout(resolve, 3000));
      stage.fake.inject({ kind: 'stall', at: 'after', until: answered });
      const [due] = stage.fake.sessionsOf('alice');
      await tab.do('start');
      // The request alone will not do: until it is done with, the server rotates for the next one as well.
      await until('the rotation', async () => stage.fake.sessionsOf('alice').find(({ id }) => id !== due?.id));
      await tab.reload();
      await tab.do('listen');
      const meanwhile = await tab.do('list', 1);
      await answered;
      const found = { told: await tab.do('told'), next: await tab.do('list', 1), later: await tab.do('told') };
      deepStrictEqual({ ...found, sessions: stage.sessions() }, { told: '', next: 'ok 1', later: '', sessions: 1 });
      // Until the cookie is there, its calls are answered 401: they cannot wait for that as long as for nobody.
      return `meanwhile ${meanwhile}`;
    },
  },
];
