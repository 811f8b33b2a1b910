/** The key by which this user's fix knows its own journals on this machine. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { makeFolders } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';

/** Hex digits of the key: 256 bits. */
const keyShape = /^[0-9a-f]{64}$/;

/** The state folder of this user (XDG Base Directory Specification), by an absolute path outside of the working folder, unless that
 *  is the home itself: a checkout brings no key along. */
const placeOf = ({ env, cwd }: Pick<Io, 'env' | 'cwd'>): string | undefined => {
  const { XDG_STATE_HOME: set = '', HOME: home = '' } = env;
  const state = isAbsolute(set) ? set : isAbsolute(home) ? join(home, '.local', 'state') : undefined;
  if (state === undefined) return undefined;
  const isInside = !relative(cwd, state).startsWith('..');
  return isInside && relative(cwd, home) !== '' ? undefined : join(state, 'irsa-auditor', 'journal.key');
};

/** The key; undefined where there is none yet, and where another user may have read or written its file. */
export const journalKey = async (io: Pick<Io, 'env' | 'cwd'>): Promise<string | undefined> => {
  const place = placeOf(io);
  return place === undefined ? undefined : keyIn(place);
};

/** The key, which is made where there is none yet. Undefined where it cannot be kept: no journal can be known again then. */
export const keptJournalKey = async (io: Pick<Io, 'env' | 'cwd'>): Promise<string | undefined> => {
  const place = placeOf(io);
  if (place === undefined) return undefined;
  try {
    await makeFolders(dirname(place));
    const file = await open(place, 'wx', 0o600);
    await file.writeFile(randomBytes(32).toString('hex'));
    await file.close();
  } catch {
    // One is there already, or none can be kept.
  }
  return keyIn(place);
};

/** No link is followed; a file that others may read or write proves nothing. */
const keyIn = async (place: string): Promise<string | undefined> => {
  try {
    const file = await open(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { mode, uid, size } = await file.stat();
      const isOwn = uid === (process.getuid?.() ?? uid) && (mode & 0o077) === 0;
      const key = isOwn && size === 64 ? (await file.readFile('utf8')).trim() : '';
      return keyShape.test(key) ? key : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
};
