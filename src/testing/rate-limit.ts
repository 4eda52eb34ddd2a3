/** Requests that a user may send at once; also what `X-Ratelimit-Limit` says. */
export const rateLimitBurst = 1000;
// 100 requests a second are a tenth of one per millisecond. Whole tenths add up exactly, fractions would not.
const fullTenths = rateLimitBurst * 10;

/** What is left of a user's allowance. */
export interface RateBucket {
  /** In tenths of a request. */
  tenths: number;
  /** When `tenths` was last brought up to date, in milliseconds since the epoch. */
  at: number;
}

export const fullBucket = (at: number): RateBucket => ({ tenths: fullTenths, at });

export const remaining = ({ tenths }: RateBucket): number => Math.floor(tenths / 10);

/** Takes one request out of a user's allowance; false if there is none left. */
export function takeFrom(bucket: RateBucket, now: number): boolean {
  const elapsed = Math.max(0, now - bucket.at);
  bucket.tenths = Math.min(fullTenths, bucket.tenths + elapsed);
  bucket.at = now;
  if (bucket.tenths < 10) return false;
  bucket.tenths -= 10;
  return true;
}
