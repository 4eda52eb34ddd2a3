/** Says what is wrong with a value; undefined if nothing is. */
export type Rule = (value: string) => string | undefined;

/** Any text but the empty one. */
export const required: Rule = (value) => (value === '' ? 'cannot be blank' : undefined);

const asciiText =
  (characters: RegExp, name: string, min: number, max: number): Rule =>
  (value) => {
    if (value === '') return 'cannot be blank';
    if (!characters.test(value)) return `must contain ${name} only`;
    return value.length < min || value.length > max ? `the length must be between ${min} and ${max}` : undefined;
  };

export const userName: Rule = asciiText(/^[a-zA-Z0-9_-]+$/, '[a-zA-Z0-9_-]', 1, 32);

/** A new password. The one at login is not held to it. */
export const newPassword: Rule = asciiText(/^[\x20-\x7e]+$/, 'printable ASCII characters', 10, 32);

export const displayName: Rule = (value) => ([...value].length > 32 ? 'the length must be no more than 32' : undefined);
