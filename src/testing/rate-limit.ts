/** Requests that a user may send at once; also what `X-Ratelimit-Limit` says. */
export const rateLimitBurst = 1000;
/** Requests per second that a user gets back. */
export const rateLimitPerSecond = 100;

/** What is left of a user's allowance. */
export interface RateBucket {
  tokens: number;
  /** When `tokens` was last brought up to date, in milliseconds since the epoch. */
  at: number;
}

/** A full allowance. */
export const fullBucket = (at: number): RateBucket => ({ tokens: rateLimitBurst, at });

/** Takes one request out of a user's allowance; false if there is none left. */
export function takeFrom(bucket: RateBucket, now: number): boolean {
  const elapsed = Math.max(0, now - bucket.at);
  bucket.tokens = Math.min(rateLimitBurst, bucket.tokens + (elapsed / 1000) * rateLimitPerSecond);
  bucket.at = now;
  if (bucket.tokens < 1) return false;
  bucket.tokens -= 1;
  return true;
}
