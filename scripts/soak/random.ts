/** Random numbers that a seed determines (xorshift32). */
export interface Random {
  /** Whether something of this probability happens. */
  chance(probability: number): boolean;
  /** A whole number below `limit`. */
  below(limit: number): number;
}

export function randomOf(seed: number): Random {
  let state = seed | 0 || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return { chance: (probability) => next() < probability, below: (limit) => Math.floor(next() * limit) };
}
