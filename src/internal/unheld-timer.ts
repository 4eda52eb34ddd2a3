/** Runs work after a while, by a timer that does not keep the process alive. */
export function runUnheld(ms: number, work: () => void): void {
  const timer: { unref?: () => void } = setTimeout(work, ms);
  timer.unref?.();
}
