import { h, type Live, refreshTexts } from './dom.ts';
import { locale } from './language.ts';

const units = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const;

/** `24 Nov 2026, 21:51`, as its reader writes it. */
export function date(time: string): string {
  return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(Date.parse(time));
}

/** `3 days ago`, `yesterday`, `now`. A clock that is behind the server's makes nothing happen in the future. */
export function ago(time: string): string {
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
  const elapsed = Math.max(0, Date.now() - Date.parse(time));
  for (const [unit, length] of units) {
    if (elapsed >= length) return format.format(-Math.floor(elapsed / length), unit);
  }
  return format.format(0, 'second');
}

/** A point in time, for eyes and for machines. */
export function timeElement(time: string, text: Live, className = ''): HTMLTimeElement {
  return h('time', { datetime: time, class: className }, text);
}

/** Lets `3 minutes ago` become `4 minutes ago`. */
export function keepTimesFresh(): void {
  setInterval(refreshTexts, 30_000);
}
