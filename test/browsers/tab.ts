import type { Actions } from './page.ts';
import { until } from './until.ts';

/** What an engine can do with one of its tabs. */
export interface Driver {
  /** Gives the value of an expression, a text, or of the promise that it is. */
  readonly evaluate: (expression: string) => Promise<unknown>;
  /** These need not wait until the page is there. */
  readonly navigate: (url: string) => Promise<unknown>;
  readonly reload: () => Promise<unknown>;
  readonly back: () => Promise<unknown>;
  readonly freeze?: () => Promise<unknown>;
  readonly close: () => Promise<unknown>;
}

/** A browser that runs. */
export interface Engine {
  readonly name: 'Chromium' | 'Firefox' | 'WebKit';
  readonly open: () => Promise<Tab>;
  readonly end: () => Promise<void>;
}

type Reply = { readonly value?: unknown; readonly error?: string };

/** A tab with a page of the stage in it. */
export class Tab {
  readonly #driver: Driver;

  constructor(driver: Driver) {
    this.#driver = driver;
  }

  /** Has the page do something; see {@link Actions}. */
  async do<Name extends keyof Actions>(
    name: Name,
    ...args: Parameters<Actions[Name]>
  ): Promise<Awaited<ReturnType<Actions[Name]>>> {
    const text = await this.#driver.evaluate(`act(${JSON.stringify({ name, args })})`);
    const { value, error } = JSON.parse(String(text)) as Reply;
    if (error !== undefined) throw new Error(`${name}: ${error}`);
    return value as Awaited<ReturnType<Actions[Name]>>;
  }

  async go(url: string): Promise<void> {
    await this.#leave(() => this.#driver.navigate(url));
  }

  async reload(): Promise<void> {
    await this.#leave(() => this.#driver.reload());
  }

  async #leave(go: () => Promise<unknown>): Promise<void> {
    await this.#driver.evaluate('String((globalThis.isLeaving = true))');
    await go();
    await this.#arrive('!globalThis.isLeaving');
  }

  /** Goes back to the page of that address, which may come out of the back/forward cache. */
  async back(url: string): Promise<void> {
    await this.#driver.back();
    await this.#arrive(`location.href === ${JSON.stringify(url)}`);
  }

  async #arrive(condition: string): Promise<void> {
    const isThere = `String(${condition} && document.readyState === 'complete' && typeof act === 'function')`;
    // Between two documents there is none to ask.
    await until('the page', async () => ((await this.#driver.evaluate(isThere)) === 'true' ? true : undefined));
  }

  async freeze(): Promise<void> {
    await this.#driver.freeze?.();
  }

  async close(): Promise<void> {
    await this.#driver.close();
  }
}
