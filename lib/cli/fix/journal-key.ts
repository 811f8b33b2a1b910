/** The key by which this user's fix knows its own journals on this machine. */
import { randomBytes } from 'node:crypto';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders } from '../shell/files.ts';
import type { Io } from '../shell/io.ts';
import { ownPlace, readOwn } from '../shell/own-files.ts';

/** Hex digits of the key: 256 bits. */
const keyShape = /^[0-9a-f]{64}$/;

const placeOf = (io: Pick<Io, 'env' | 'cwd'>): string | undefined => ownPlace(io, 'XDG_STATE_HOME', 'journal.key');

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

const keyIn = async (place: string): Promise<string | undefined> => {
  const text = await readOwn(place);
  return text?.length === 64 && keyShape.test(text) ? text : undefined;
};
