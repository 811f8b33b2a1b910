import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { answerLine, unknownLine } from './batch-line.ts';

/** Longest line that is read, in characters; a longer one is answered with `unknown`. */
export const maxLineLength = 1_000_000;

/** Answers every line of a stream in order, at an instant (ISO 8601), in bounded memory; waits where the reader is slow. Empty lines are none. */
export const answerBatch = async (input: Readable, output: Writable, now: string): Promise<void> => {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let overlong = false;
  const answer = (line: string): string => {
    if (overlong) {
      overlong = false;
      return `${unknownLine('null', `the line is longer than ${maxLineLength} characters`)}\n`;
    }
    return line.trim() === '' ? '' : `${answerLine(line, now)}\n`;
  };
  for await (const chunk of input) {
    const text: string = typeof chunk === 'string' ? chunk : decoder.write(chunk);
    const lines = (pending + text).split('\n');
    pending = lines.pop() ?? '';
    await write(output, lines.map(answer).join(''));
    if (pending.length > maxLineLength) {
      overlong = true;
      pending = '';
    }
  }
  pending += decoder.end();
  await write(output, answer(pending));
};

const write = async (output: Writable, text: string): Promise<void> => {
  if (text !== '' && !output.write(text)) await once(output, 'drain');
};
