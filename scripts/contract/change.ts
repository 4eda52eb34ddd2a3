import { methodsOf } from './facade-methods.ts';

/** A change upstream, reported once for all operations that it touches. */
export interface Change {
  readonly class: 'breaking' | 'compatible';
  /** The tools cannot tell: somebody has to look. */
  readonly review: boolean;
  /** The overlay already says so, or removes it: nothing changes for the client. */
  readonly covered: boolean;
  readonly place: string;
  readonly what: string;
  readonly operations: readonly string[];
  readonly methods: readonly string[];
  readonly advice: string;
}

type Told = Pick<Change, 'class' | 'place' | 'what' | 'advice'> & Partial<Change>;

export function changeOf(operations: Iterable<string>, told: Told): Change {
  const unique = [...new Set(operations)];
  return { review: false, covered: false, ...told, operations: unique, methods: methodsOf(unique) };
}
