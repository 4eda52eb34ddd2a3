// Runs before anything is painted, so that the page never shows in another theme or language than was chosen. It is a
// file of its own since the policy of the page allows no inline script; it is copied as it is.
(() => {
  /** @param {string} name */
  const chosen = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      // Storage may be switched off; then nothing was chosen.
      return null;
    }
  };
  const preferred = navigator.languages.find((language) => /^(en|ja)\b/.test(language)) ?? 'en';
  const language = chosen('language') ?? preferred;
  document.documentElement.lang = language.startsWith('ja') ? 'ja' : 'en';
  document.documentElement.dataset['theme'] = chosen('theme') ?? 'system';
})();
