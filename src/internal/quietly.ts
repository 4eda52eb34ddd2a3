/** Lets a promise go whose failure is of no interest. */
export function quietly(promise: Promise<unknown> | undefined): void {
  promise?.catch(() => {});
}
