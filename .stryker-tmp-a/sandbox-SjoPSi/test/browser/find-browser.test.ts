import { expect, test } from 'vitest';

test('findBrowser gives a browser with a font, which lives through a page with a form', () => {
  const select = document.createElement('select');
  select.append(new Option('a longer text'), new Option('short'));
  document.body.append(select);
  // Without any font the browser would be gone by now, and the run with it.
  expect(select.offsetWidth).toBeGreaterThan(0);
  select.remove();
});
