import { Refusal } from './messages.ts';

/** Looks at a value; says what is wrong with it. */
export type Rule = (value: string) => string | undefined;

/** Refuses an empty value. */
export const required: Rule = (value) => (value === '' ? 'cannot be blank' : undefined);

/** Refuses a value of fewer or more characters. They are all ASCII: the rules before it see to that. */
const length =
  (min: number, max: number): Rule =>
  (value) =>
    value.length < min || value.length > max ? `the length must be between ${min} and ${max}` : undefined;

const nameCharacters = /^[a-zA-Z0-9_-]+$/;
const printableAscii = /^[\x20-\x7e]+$/;

/** What a user's name must be. */
export const nameRules: readonly Rule[] = [
  required,
  (value) => (nameCharacters.test(value) ? undefined : 'must contain [a-zA-Z0-9_-] only'),
  length(1, 32),
];

/** What a new password must be. The one at login is not held to it. */
export const newPasswordRules: readonly Rule[] = [
  required,
  (value) => (printableAscii.test(value) ? undefined : 'must contain printable ASCII characters only'),
  length(10, 32),
];

/** The first fault of a value; undefined if there is none. */
export function faultOf(value: string, rules: readonly Rule[]): string | undefined {
  for (const rule of rules) {
    const fault = rule(value);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Refuses fields that break their rules, in one sentence, in the order of the rules: the server's is the alphabet's. */
export function refuseInvalid<Field extends string>(
  fields: Record<Field, string>,
  rules: Record<Field, readonly Rule[]>,
): void {
  const faults = (Object.keys(rules) as Field[]).flatMap((field) => {
    const fault = faultOf(fields[field], rules[field]);
    return fault === undefined ? [] : [`${field}: ${fault}`];
  });
  if (faults.length > 0) throw new Refusal(400, `${faults.join('; ')}.`);
}
