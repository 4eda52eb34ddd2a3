import { h, type Live } from '../dom.ts';
import { type Language, language, say, setLanguage } from '../language.ts';
import { store } from '../stored.ts';

const languages: Readonly<Record<Language, string>> = { en: 'English', ja: '日本語' };

/** The language and the look of the page, which public/first-paint.js chose first. */
export function preferences(): HTMLElement[] {
  const { theme } = document.documentElement.dataset;
  return [
    choice('language', say.preferences.language, languages, language(), setLanguage),
    choice('theme', say.preferences.theme, say.preferences.themes, theme, setTheme),
  ];
}

function setTheme(chosen: string): void {
  document.documentElement.dataset['theme'] = chosen;
  store('localStorage', 'theme', chosen);
}

function choice<Name extends string>(
  id: string,
  label: Live,
  names: Readonly<Record<Name, string | Live>>,
  chosen: string | undefined,
  choose: (name: Name) => void,
): HTMLElement {
  const options = Object.entries<string | Live>(names).map(([value, text]) =>
    h('option', { value, selected: value === chosen, lang: id === 'language' ? value : undefined }, text),
  );
  const select: HTMLSelectElement = h('select', { id, onchange: () => choose(select.value as Name) }, ...options);
  return h('div', { class: 'choice' }, h('label', { for: id }, label), select);
}
