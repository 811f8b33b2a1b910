/** A batch of questions over a stream: how it is cut into lines, what is too long, and a reader that is slow. */
import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { answerBatch, maxLineLength } from '../../../lib/cli/trust/batch.ts';
import { aTrustPolicy } from '../../support/example-world.ts';

const now = '2026-11-01T06:00:00.000Z';
const answers = async (chunks: readonly (string | Buffer)[]): Promise<readonly string[]> => {
  const output = new PassThrough();
  const text = (async () => {
    let all = '';
    for await (const chunk of output) all += String(chunk);
    return all;
  })();
  await answerBatch(Readable.from(chunks), output, now);
  output.end();
  return (await text).split('\n');
};
const question = (id: unknown, over: object = {}): string =>
  JSON.stringify({ id, sub: 'system:serviceaccount:checkout:cart', policy: JSON.parse(aTrustPolicy()), ...over });
const short = (lines: readonly string[]): readonly string[] =>
  lines.map(line => (line === '' ? '' : `${JSON.parse(line).id} ${JSON.parse(line).decision}`));
const bytes = (text: string, ...cuts: readonly number[]): readonly Buffer[] => {
  const all = Buffer.from(text);
  return [0, ...cuts].map((at, index) => all.subarray(at, cuts[index] ?? all.length));
};

describe('lines', () => {
  test('in one piece, in pieces, and without a line feed at the end', async () => {
    const two = `${question(1)}\n\n  \n${question(2, { sub: 'x' })}`;
    const wanted = ['1 allow', '2 deny', ''];
    expect(short(await answers([two]))).toEqual(wanted);
    expect(short(await answers([`${two}\n`]))).toEqual(wanted);
    expect(short(await answers([...two]))).toEqual(wanted);
    expect(short(await answers(bytes(two, 5, 40)))).toEqual(wanted);
  });

  test('a character that arrives in two pieces is one; half of one at the end is not passed over', async () => {
    const whole = `${question('é')}\n`;
    const at = Buffer.from(whole).indexOf(Buffer.from('é')) + 1;
    expect(short(await answers(bytes(whole, at)))).toEqual(['é allow', '']);
    const half = Buffer.concat([Buffer.from(question(5)), Buffer.from('é').subarray(0, 1)]);
    expect(short(await answers([half]))).toEqual(['null unknown', '']);
  });
});

describe('a line that is too long', () => {
  const padded = (length: number): string => {
    const bare = question(3);
    return `${bare}${' '.repeat(length - bare.length)}`;
  };
  const tooLong = `{"id":null,"decision":"unknown","reasons":["the line is longer than ${maxLineLength} characters"]}`;

  test('is answered once, whatever pieces it comes in, and the lines after it as ever', async () => {
    const long = 'x'.repeat(maxLineLength + 1);
    const after = `\n${question(4)}\n`;
    for (const chunks of [
      [long, after],
      [long, long, long, after],
      [`${question(0)}\n${long}`, after],
    ]) {
      const lines = await answers(chunks);
      expect(lines.at(-3)).toBe(tooLong);
      expect(short(lines.slice(-2))).toEqual(['4 allow', '']);
      expect(lines).toHaveLength(chunks[0] === long ? 3 : 4);
    }
    expect(await answers([long])).toEqual([tooLong, '']);
  });

  test('is one beyond the limit: at the limit it is read', async () => {
    expect(short(await answers([padded(maxLineLength), '\n']))).toEqual(['3 allow', '']);
  });
});

test('a slow reader is waited for', async () => {
  const waiting: (() => void)[] = [];
  let written = 0;
  const slow = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => {
      written += 1;
      waiting.push(done);
    },
  });
  let read = 0;
  const input = Readable.from(
    (function* () {
      for (; read < 5; read += 1) yield `${question(read)}\n`;
    })(),
    { highWaterMark: 1 },
  );
  const ended = answerBatch(input, slow, now);
  const turn = () => new Promise(resolve => setImmediate(resolve));
  for (let at = 0; at < 20; at += 1) await turn();
  expect(written).toBe(1);
  while (written < 5 || waiting.length > 0) {
    waiting.shift()?.();
    await turn();
  }
  await ended;
  expect(written).toBe(5);
});
