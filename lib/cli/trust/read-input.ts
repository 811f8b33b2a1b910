import { resolve } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { type Io, UsageError } from '../io.ts';
import { readText } from '../read-text.ts';

/** Longest standard input that is read whole, in characters. */
const maxInput = 64 * 1024 * 1024;

/** The text of a file, or of standard input for `-`. Throws `UsageError` where it cannot be read. */
export const readInput = async (path: string, option: string, io: Io): Promise<string> => {
  if (path !== '-') return readText(resolve(io.cwd, path), option);
  const decoder = new StringDecoder('utf8');
  let text = '';
  for await (const chunk of io.stdin) {
    text += typeof chunk === 'string' ? chunk : decoder.write(chunk);
    if (text.length > maxInput) throw new UsageError(`${option}: standard input is longer than ${maxInput} characters`);
  }
  return text + decoder.end();
};
