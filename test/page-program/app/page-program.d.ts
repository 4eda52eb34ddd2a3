/** The README's program for a page, as it stands there. */
declare module 'virtual:page-program' {
  export function linkGitHub(name: string, password: string): Promise<void>;
}
