/** Where in the page one is. The login is no place: it stands in front of the one that was asked for. */
export const places = ['sessions', 'accounts'] as const;
export type Place = (typeof places)[number];

export const addressOf = (place: Place): string => `#/${place}`;

/** The place that the address names; the first one if it names none. */
export function currentPlace(): Place {
  return places.find((place) => location.hash === addressOf(place)) ?? 'sessions';
}
