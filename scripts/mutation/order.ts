/** In which order tests are asked for a mistake, so that the one that sees it comes early. */
import { basename, dirname, join } from 'node:path';

/** Seconds that a test file takes, by its path; a guess by its kind until it was measured. */
export type Seconds = ReadonlyMap<string, number>;

export const isSlow = (test: string): boolean => test.endsWith('.slow.test.ts');
export const secondsOf = (seconds: Seconds, test: string): number => seconds.get(test) ?? (isSlow(test) ? 6 : 0.5);

const partsOf = (path: string): readonly string[] => dirname(path).split('/').slice(1);
const stemOf = (path: string): string => basename(path).replace(/(?:\.slow)?(?:\.test)?\.ts$/, '');

/** How much a test is of the file's own place: its folders in common, and its name. */
const nearness = (file: string, test: string): number => {
  const [own, other] = [partsOf(file), partsOf(test)];
  const common = own.findIndex((part, at) => part !== other[at]);
  const isNamesake = stemOf(test).includes(stemOf(file)) || stemOf(file).includes(stemOf(test));
  return (common < 0 ? own.length : common) + (isNamesake ? 2 : 0);
};

/** Whether a test lies in the folder that mirrors the file's, or without one in the nearest above it; what handlers share
 *  is seen by what runs them, too. */
export const roomOf = (file: string, tests: readonly string[]): ((test: string) => boolean) => {
  const folders = new Set(tests.map(dirname));
  let room = join('test', dirname(file).replace(/^lib\//, ''));
  while (!folders.has(room) && room !== '.') room = dirname(room);
  const rooms = [room, ...(room === 'test/lambdas/shared' ? ['test/lambdas'] : [])];
  return test => rooms.includes(dirname(test));
};

/** Test files that use the file or lie in its room: quick before slow, near before far, short before long. */
export const testsFor = (
  file: string,
  users: ReadonlyMap<string, number>,
  tests: readonly string[],
  seconds: Seconds,
): readonly string[] => {
  const cost = (test: string): number =>
    (0.2 + secondsOf(seconds, test)) * 2 ** ((users.get(test) ?? 4) - 2 * nearness(file, test));
  const isOfRoom = roomOf(file, tests);
  return tests
    .filter(test => users.has(test) || isOfRoom(test))
    .map(test => ({ test, cost: cost(test) }))
    .sort((a, b) => Number(isSlow(a.test)) - Number(isSlow(b.test)) || a.cost - b.cost)
    .map(({ test }) => test);
};
