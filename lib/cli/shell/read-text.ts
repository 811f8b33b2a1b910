import { readFile } from 'node:fs/promises';
import { UsageError } from './io.ts';

/** Reads a text file that an option names. Throws `UsageError` with the option, the path and why. */
export const readText = async (path: string, option: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`${option}: ${path} cannot be read: ${String(cause)}`, { cause });
  }
};
