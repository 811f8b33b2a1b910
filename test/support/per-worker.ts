/** The value of a name, made once for all test files of a worker: they share a global whose name begins with `@`
 *  (scripts/jest-shared-environment.cjs), and no module of test/. */
export const perWorker = <T>(name: string, make: () => T): T => {
  const shared = globalThis as unknown as Record<symbol, T | undefined>;
  const key = Symbol.for(`@irsa-auditor/${name}`);
  const value = shared[key] ?? make();
  shared[key] = value;
  return value;
};
