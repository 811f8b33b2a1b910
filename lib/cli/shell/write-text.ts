import { lstat, rename, rm, writeFile } from 'node:fs/promises';
import { UsageError } from './io.ts';

/** Writes the file that an option names, whole or not at all: an interrupted command leaves what was there before. What is
 *  no plain file (a pipe, /dev/null, a link) is written to directly. Throws `UsageError` with the option, the path and why. */
export const writeText = async (path: string, option: string, text: string): Promise<void> => {
  try {
    const isPlain = await lstat(path).then(
      found => found.isFile(),
      () => true,
    );
    if (isPlain) await replaceFile(path, text);
    else await writeFile(path, text);
  } catch (cause) {
    throw new UsageError(`${option}: ${path} cannot be written: ${String(cause)}`, { cause });
  }
};

const replaceFile = async (path: string, text: string): Promise<void> => {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(beside, text, { flag: 'wx' });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
};
