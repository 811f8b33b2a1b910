/** Files of this program in the home of its user, which steer later runs: a key, the last scan. Nobody else may have written them. */
import { constants, realpathSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { checkoutOf, isWithin, maxInput } from './files.ts';
import type { Io } from './io.ts';

/** The folders of a user's home for these files (XDG Base Directory Specification). */
const folders = { XDG_STATE_HOME: ['.local', 'state'], XDG_CACHE_HOME: ['.cache'] } as const;

/** The place of a file, by an absolute path outside of the working folder, unless that is the home itself, and of every checkout:
 *  whoever writes its commits brings none along. Undefined where there is no such place. */
export const ownPlace = (
  { env, cwd }: Pick<Io, 'env' | 'cwd'>,
  folder: keyof typeof folders,
  file: string,
): string | undefined => {
  const { [folder]: set = '', HOME: home = '' } = env;
  const base = isAbsolute(set) ? set : isAbsolute(home) ? join(home, ...folders[folder]) : undefined;
  if (base === undefined) return undefined;
  const place = real(base);
  const isBrought = checkoutOf(place) !== undefined || (isWithin(place, real(cwd)) && real(cwd) !== real(home));
  return isBrought ? undefined : join(base, 'irsa-auditor', file);
};

/** A path without links, as far as it is there. */
const real = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return dirname(path) === path ? path : join(real(dirname(path)), basename(path));
  }
};

/** The text of such a file; undefined where there is none, and where another user may have read or written it. No link is followed;
 *  Windows keeps the home of a user by other means than a mode. */
export const readOwn = async (place: string): Promise<string | undefined> => {
  try {
    const file = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      const isOwn = process.getuid === undefined || (found.uid === process.getuid() && (found.mode & 0o077) === 0);
      return found.isFile() && isOwn && found.size <= maxInput ? await file.readFile('utf8') : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
};
