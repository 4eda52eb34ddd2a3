import { keepPreference } from './preference.ts';

const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** The theme of the page, which public/first-paint.js chose first. */
export function theme(): Theme {
  return themes.find((name) => name === document.documentElement.dataset['theme']) ?? 'system';
}

export function setTheme(chosen: Theme): void {
  document.documentElement.dataset['theme'] = chosen;
  keepPreference('theme', chosen);
}
