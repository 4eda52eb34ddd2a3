/** More than a client comes by in two years of rotations; beyond that the oldest are of no use to anybody. */
const MOST = 64;

/** The tokens that a client has come by, the newest last: none of them may be seen in an error (E3). */
export class RecentSecrets {
  readonly #secrets: Set<string> = new Set();

  add(secret: string): void {
    this.#secrets.delete(secret);
    this.#secrets.add(secret);
    for (const oldest of this.#secrets) {
      if (this.#secrets.size <= MOST) break;
      this.#secrets.delete(oldest);
    }
  }

  list(): string[] {
    return [...this.#secrets];
  }
}
