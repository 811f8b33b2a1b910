import { cut } from '../text/visible-text.ts';
import type { DigestLine } from './digest-lines.ts';

/** Escapes make a text up to ten times as long as it was. */
const maxPart = 1500;
const maxPlace = 300;

/** A change whose every part is bounded however much of it was escaped. A command is whole or not there: half a command
 *  must not be pasted. */
export const boundedLine = (line: DigestLine): DigestLine => ({
  ...line,
  place: cut(line.place, maxPlace),
  message: cut(line.message, maxPart),
  affected: line.affected === undefined ? undefined : cut(line.affected, maxPlace),
  choice: line.choice === undefined ? undefined : cut(line.choice, maxPart),
  fix: line.fix === undefined ? undefined : cut(line.fix, maxPart),
  command: line.command !== undefined && line.command.length > maxPart ? undefined : line.command,
});

/** The message with as many changes as its destination takes: `build` with `most` of them, then fewer, down to one, until
 *  `size` of it is at most `longest`. */
export const fitting = <M>(
  most: number,
  longest: number,
  build: (count: number) => M,
  size: (message: M) => number,
): M => {
  for (let count = most; count > 1; count -= 1) {
    const message = build(count);
    if (size(message) <= longest) return message;
  }
  return build(1);
};
