import { refreshTexts } from './dom.ts';
import { en, type Messages } from './messages/en.ts';
import { ja } from './messages/ja.ts';
import { keepPreference } from './preference.ts';

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

/** How its reader writes dates: as in their own variety of the language, where the browser names one. */
export function locale(): string {
  return navigator.languages.find((tag) => tag.startsWith(language())) ?? language();
}

/** Changes the language where one stands, without losing anything. */
export function setLanguage(chosen: Language): void {
  document.documentElement.lang = chosen;
  keepPreference('language', chosen);
  refreshTexts();
}
