import { createReadStream, existsSync } from 'node:fs';
import { lstat, mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { type Io, UsageError } from './io.ts';

/** Reads a text file that an option names, of at most `maxInput` bytes. Throws `UsageError` with the option, the path and why. */
export const readText = async (path: string, option: string): Promise<string> => {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of createReadStream(path) as AsyncIterable<Buffer>) {
      length += part.length;
      if (length > maxInput) throw new UsageError(`${option}: ${path} is longer than ${maxInput} bytes`);
      parts.push(part);
    }
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${option}: ${path} cannot be read: ${whyOf(cause)}`, { cause });
  }
  return Buffer.concat(parts).toString('utf8');
};

/** Writes the file that an option names, whole or not at all, for its owner alone: it tells who may assume which role. An
 *  interrupted command leaves what was there before. A pipe, /dev/null or a link is written to directly. Throws `UsageError` with the option, the path and why. */
export const writeText = async (path: string, option: string, text: string | Uint8Array): Promise<void> => {
  try {
    const isPlain = await lstat(path).then(
      found => found.isFile(),
      () => true,
    );
    if (isPlain) await replaceFile(path, text);
    else await writeFile(path, text, { mode: 0o600 });
  } catch (cause) {
    throw new UsageError(`${option}: ${path} cannot be written: ${whyOf(cause)}`, { cause });
  }
};

/** Writes the file of an option as `writeText` does, by its name in the working folder. A name that a link takes out of the folder is
 *  refused: whoever writes a pull request writes such names. */
export const writeOutput = async (
  name: string,
  option: string,
  text: string | Uint8Array,
  { cwd }: Pick<Io, 'cwd'>,
): Promise<void> => {
  const path = resolve(cwd, name);
  const isThere = await lstat(path).then(
    () => true,
    () => false,
  );
  const leadsNowhere =
    isThere && isWithin(path, rootOf(cwd)) && (await stat(path).catch(() => undefined)) === undefined;
  if (leadsNowhere || (await leadsOut(isThere ? path : dirname(path), cwd)))
    throw new UsageError(`${option}: ${name}: a link leads out of the working folder: name the file itself`);
  await writeText(path, option, text);
};

/** True for a path in a folder, or that folder itself; both absolute. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);

/** The checkout that a folder lies in: the nearest folder with `.git`, which no commit brings along. */
export const checkoutOf = (folder: string): string | undefined =>
  existsSync(join(folder, '.git')) ? folder : dirname(folder) === folder ? undefined : checkoutOf(dirname(folder));

const rootOf = (cwd: string): string => checkoutOf(cwd) ?? cwd;

/** True for a path of the working folder, or of the checkout that this is in, that a link takes out of it. */
export const leadsOut = async (path: string, cwd: string): Promise<boolean> => {
  const root = rootOf(cwd);
  if (!isWithin(path, root)) return false;
  const [target, here] = await Promise.all([path, root].map(one => realpath(one).catch(() => undefined)));
  return target !== undefined && here !== undefined && !isWithin(target, here);
};

/** Makes a folder of this program in the home of its user, and at most two above it: where the home is not there, or its file
 *  system is none to write to (`/proc`, on which a recursive mkdir of Node.js does not end), nothing is made. */
export const makeFolders = async (folder: string): Promise<void> => {
  const above = [dirname(folder)];
  while (above.length < 2) above.unshift(dirname(above[0] ?? folder));
  for (const each of [...above, folder]) await mkdir(each, { mode: 0o700 }).catch(() => undefined);
};

/** Errors of files that people make, in words (errno(3)). */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder, a file is wanted',
  ENOTDIR: 'a part of the path is no folder',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

const whyOf = (cause: unknown): string =>
  (typeof cause === 'object' && cause !== null && 'code' in cause && reasons[String(cause.code)]) || String(cause);

const replaceFile = async (path: string, text: string | Uint8Array): Promise<void> => {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(beside, text, { flag: 'wx', mode: 0o600 });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
};

/** Longest file in bytes, and longest standard input in characters, that is read whole: ten times a report of 5,000 findings. */
export const maxInput = 64 * 1024 * 1024;

/** The text of a file, or of standard input for `-`. Throws `UsageError` where it cannot be read. */
export const readInput = async (path: string, option: string, io: Io): Promise<string> =>
  path === '-' ? readStdin(io, option, maxInput) : readText(resolve(io.cwd, path), option);

/** All of standard input, at most `limit` characters; `what` it is for begins the sentence of the `UsageError` beyond. */
export const readStdin = async (io: Io, what: string, limit: number): Promise<string> => {
  const decoder = new StringDecoder('utf8');
  let text = '';
  for await (const chunk of io.stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.write(chunk);
    if (text.length > limit) throw new UsageError(`${what}: standard input is longer than ${limit} characters`);
  }
  return text + decoder.end();
};
