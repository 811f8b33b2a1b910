import { describe } from '@jest/globals';

/**
 * A group of tests that need a program or a folder: run where it is there, else skipped. The title names the need, by which
 * `npm test` says at its end why each test was skipped (scripts/skips.ts).
 */
export const needing =
  (need: string, isThere: boolean) =>
  (title: string, tests: () => void): void =>
    (isThere ? describe : describe.skip)(`${title} [needs ${need}]`, tests);
