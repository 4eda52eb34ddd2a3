import { type Live, refreshTexts } from './dom.ts';
import { en, type Messages } from './messages/en.ts';
import { ja } from './messages/ja.ts';
import { store } from './stored.ts';

const messages = { en, ja } satisfies Record<string, Messages>;
export type Language = keyof typeof messages;

/** The language of the page, which public/first-paint.js chose first. */
export function language(): Language {
  return document.documentElement.lang === 'ja' ? 'ja' : 'en';
}

/** What the page says, in its language. */
export function words(): Messages {
  return messages[language()];
}

type Said<Texts> = {
  readonly [Name in keyof Texts]: Texts[Name] extends string
    ? Live
    : Texts[Name] extends (...facts: infer Facts) => string
      ? (...facts: { [Index in keyof Facts]: Facts[Index] | (() => Facts[Index]) }) => Live
      : Said<Texts[Name]>;
};

/** The same texts, live: `say.login.title` follows the language, `say.sessions.count(…)` also the facts that it is given. */
export const say: Said<Messages> = liveTexts(en, words) as Said<Messages>;

function liveTexts<Texts extends object>(texts: Texts, now: () => Texts): object {
  const entries = Object.entries(texts).map(([name, text]) => {
    const current = () => now()[name as keyof Texts] as typeof text;
    if (typeof text === 'string') return [name, current];
    return [name, typeof text === 'function' ? withFacts(current) : liveTexts(text, current)];
  });
  return Object.fromEntries(entries);
}

function withFacts(current: () => (...facts: unknown[]) => string): (...facts: unknown[]) => Live {
  const now = (fact: unknown): unknown => (typeof fact === 'function' ? fact() : fact);
  return function text(...facts) {
    return () => current()(...facts.map(now));
  };
}

/** How its reader writes dates: as in their own variety of the language, where the browser names one that it knows. */
export function locale(): string {
  return navigator.languages.find((tag) => tag.startsWith(language()) && isKnown(tag)) ?? language();
}

/** Browsers pass on what the system says, and that may be no tag at all, such as `en-US@posix`. */
function isKnown(tag: string): boolean {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

/** Changes the language where one stands, without losing anything. */
export function setLanguage(chosen: Language): void {
  document.documentElement.lang = chosen;
  store('localStorage', 'language', chosen);
  refreshTexts();
}
