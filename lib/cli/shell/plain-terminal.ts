import { Writable } from 'node:stream';
import type { Io } from './io.ts';

/** ASCII for the signs of the output. All but the ellipsis have one column, as before. */
const signs: Readonly<Record<string, string>> = {
  '✔': '+',
  '✓': 'v',
  '✖': 'x',
  '·': '.',
  '→': '>',
  '–': '-',
  '—': '-',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '…': '...',
};
const anySign = new RegExp(`[${Object.keys(signs).join('')}]`, 'g');

/** True for a terminal that draws no more than ASCII: `TERM=dumb`, or a locale of another encoding (POSIX, "Environment
 *  Variables": LC_ALL before LC_CTYPE before LANG). */
const isPlain = ({ env }: Pick<Io, 'env'>): boolean =>
  env.TERM === 'dumb' || !/utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || 'UTF-8');

const plain = (stream: Writable): Writable => {
  const { columns } = stream as { columns?: unknown };
  const through = new Writable({
    decodeStrings: false,
    write: (chunk: string | Buffer, _encoding, done) => {
      stream.write(
        chunk.toString().replaceAll(anySign, sign => signs[sign] ?? sign),
        done,
      );
    },
  });
  return Object.assign(through, columns === undefined ? {} : { columns });
};

/** The process as a terminal of ASCII has it: signs stand as ASCII there. Output that goes to a file or a program is data, and
 *  stays as it is. */
export const forTerminal = (io: Io): Io =>
  isPlain(io)
    ? {
        ...io,
        stdout: io.stdoutIsTerminal ? plain(io.stdout) : io.stdout,
        stderr: io.stderrIsTerminal ? plain(io.stderr) : io.stderr,
      }
    : io;
