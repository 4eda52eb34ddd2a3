/** A piece of code in a document or a comment. */
export interface Snippet {
  /** The file that it stands in, from the project's root. */
  readonly where: string;
  /** Of its first line. */
  readonly line: number;
  readonly language: string;
  readonly words: readonly string[];
  readonly code: string;
}

/**
 * What a snippet may use without saying where it comes from: exports of the package, and what the page that it stands on
 * has introduced. The stage (stage.ts) makes the latter: `server`, a fake traQ with alice and bob; `traq`, a client of
 * it, logged in as alice unless the snippet itself logs in; `password`, alice's.
 */
const provisions: Readonly<Record<string, readonly string[]>> = {
  'traq-auth': ['createTraqAuth', 'isTraqError', 'TraqError'],
  'traq-auth/node': ['fileSessionStore'],
  'traq-auth/testing': ['createFakeTraq'],
  '../stage.ts': ['server', 'traq', 'password'],
};

/** How the stage is to be set for a snippet. */
export interface Setting {
  /** Whether alice is logged in on `traq`: unless the snippet does it. */
  readonly loggedIn: boolean;
  /** The accounts that are linked to alice's: those which the snippet unlinks. */
  readonly linked: readonly string[];
  /** Whether it runs in a page: the fence says so (```ts page). */
  readonly page: boolean;
}

export function settingOf({ code, words }: Snippet): Setting {
  return {
    loggedIn: !/\blogin\(/.test(code),
    linked: [...code.matchAll(/\bunlink\('(\w+)'/g)].flatMap(([, name]) => name ?? []),
    page: words.includes('page'),
  };
}

/** The snippet as a module: what it is provided with on a first line of its own, so that lines are one later. */
export function moduleOf({ code }: Snippet): string {
  const imports = Object.entries(provisions).flatMap(([from, names]) => {
    const wanted = names.filter((name) => {
      const declared = new RegExp(`\\b(import [^;]*|(const|let) (\\{[^}]*)?|function )\\b${name}\\b`);
      return new RegExp(`\\b${name}\\b`).test(code) && !declared.test(code);
    });
    return wanted.length === 0 ? [] : [`import { ${wanted.join(', ')} } from '${from}';`];
  });
  return `${[...imports, 'export {};'].join(' ')}\n${code}\n`;
}
