import { h, type Live } from '../dom.ts';
import { type Language, language, setLanguage, words } from '../language.ts';
import { setTheme, theme } from '../theme.ts';

/** The language and the look of the page. */
export function preferences(): HTMLElement[] {
  const languages: Record<Language, string> = { en: 'English', ja: '日本語' };
  return [
    choice('language', () => words().preferences.language, languages, language(), setLanguage),
    choice(
      'theme',
      () => words().preferences.theme,
      {
        system: () => words().preferences.themes.system,
        light: () => words().preferences.themes.light,
        dark: () => words().preferences.themes.dark,
      },
      theme(),
      setTheme,
    ),
  ];
}

function choice<Name extends string>(
  id: string,
  label: Live,
  names: Readonly<Record<Name, string | Live>>,
  chosen: Name,
  choose: (name: Name) => void,
): HTMLElement {
  const options = Object.entries<string | Live>(names).map(([value, text]) =>
    h('option', { value, selected: value === chosen, lang: id === 'language' ? value : undefined }, text),
  );
  const select: HTMLSelectElement = h('select', { id, onchange: () => choose(select.value as Name) }, ...options);
  return h('div', { class: 'choice' }, h('label', { for: id }, label), select);
}
