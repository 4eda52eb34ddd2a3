/** A set of texts that keeps the latest, so that a client that lives for years does not grow. */
export class RecentSet {
  readonly #most: number;
  readonly #texts: Set<string> = new Set();

  constructor(most: number) {
    this.#most = most;
  }

  add(text: string): void {
    this.#texts.delete(text);
    this.#texts.add(text);
    if (this.#texts.size > this.#most) this.#texts.delete(this.#texts.values().next().value as string);
  }

  has(text: string): boolean {
    return this.#texts.has(text);
  }

  list(): string[] {
    return [...this.#texts];
  }
}
