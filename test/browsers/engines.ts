import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findBrowser } from '../browser/find-browser.ts';
import { startChromium } from './chromium.ts';
import { startFirefox } from './firefox.ts';
import type { Engine } from './tab.ts';
import { miniBrowser, startWebkit } from './webkit.ts';

/** An engine that scenarios can be played in. */
export interface KnownEngine {
  readonly name: Engine['name'];
  /** Undefined if it is not on this machine. */
  readonly start: (() => Promise<Engine>) | undefined;
}

/** Looks for the engines on this machine. */
export async function findEngines(): Promise<readonly KnownEngine[]> {
  const chromium = ['chromium', 'google-chrome'].find(isInstalled);
  const hasChromium = chromium !== undefined || (await findBrowser()) !== undefined;
  const firefox = ['firefox-esr', 'firefox'].find(isInstalled);
  const hasWebkit = ['WebKitWebDriver', 'Xvfb'].every(isInstalled) && existsSync(miniBrowser);
  return [
    { name: 'Chromium', start: hasChromium ? () => startChromium(chromium) : undefined },
    { name: 'Firefox', start: firefox ? () => startFirefox(firefox) : undefined },
    { name: 'WebKit', start: hasWebkit ? startWebkit : undefined },
  ];
}

function isInstalled(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}
