import { resolve } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { type Io, UsageError } from './io.ts';
import { readText } from './read-text.ts';

/** Longest standard input that is read whole, in characters. */
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
