/** Output that cannot be written: a reader that has gone is no fault, a full disk is one, and a pipe's error stops nothing else. */
import { PassThrough, Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { main } from '../../lib/cli/main.ts';

const ended = async (failure: object | undefined): Promise<readonly [stderr: string, codes: readonly number[]]> => {
  const stderr = new PassThrough();
  const codes: number[] = [];
  const stdout = new Writable({
    write: (_chunk, _encoding, done) =>
      done(failure === undefined ? null : Object.assign(new Error('no\u202e space'), failure)),
  });
  await main(['rules'], {
    ...{ stdin: new PassThrough().end(), stdout, stderr, env: {}, cwd: '/', now: () => '2026-11-01T06:00:00.000Z' },
    ...{ stdoutIsTerminal: false, stderrIsTerminal: false, exit: code => codes.push(code) },
  });
  await new Promise(resolve => setImmediate(resolve));
  return [String(stderr.read() ?? ''), codes];
};

test('is told, unless nobody reads any more', async () => {
  expect(await ended(undefined)).toEqual(['', [0]]);
  expect(await ended({ code: 'EPIPE' })).toEqual(['', [0]]);
  const [told, codes] = await ended({ code: 'ENOSPC' });
  expect([told, codes.at(-1)]).toEqual(['irsa-auditor: the output could not be written: no\\u{202e} space\n', 2]);
});
