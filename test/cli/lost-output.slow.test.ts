/** Errors that end a command, and output that cannot be written: a reader that has gone is no fault, a full disk is one, and a pipe's error stops nothing else. */
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

/** The answer of a command that throws this error. */
const thrown = async (error: unknown, ...args: readonly string[]): Promise<readonly [string, readonly number[]]> => {
  const codes: number[] = [];
  let told = '';
  await main([...args, 'rules'], {
    stdin: new PassThrough().end(),
    stdout: Object.assign(new PassThrough(), {
      write: () => {
        throw error;
      },
    }),
    stderr: new Writable({
      write: (chunk, _encoding, done) => {
        told += chunk;
        done();
      },
    }),
    ...{ env: {}, cwd: '/', now: () => '2026-11-01T06:00:00.000Z', stdoutIsTerminal: false, stderrIsTerminal: false },
    exit: code => codes.push(code),
  });
  return [told, codes];
};
const named = (name: string, more: object = {}): Error =>
  Object.assign(new Error('no\u202e\nluck'), { name, stack: 'at\u202e a\nat b', ...more });

test.each([
  ...['PublicRootsInvalid', 'KubeconfigInvalid', 'CredentialUnavailable', 'UsageError', 'ProxyInvalid'],
  ...['CaBundleInvalid', 'ConfigurationInvalid', 'CredentialsInvalid', 'CursorInvalid'],
  ...['TargetsUnreadable', 'ThrottledError', 'TransientError'],
])('%s is for whoever runs the command: its sentence alone', async name => {
  expect(await thrown(named(name))).toEqual(['irsa-auditor: no\\u{202e}\nluck\n', [2]]);
});

test('other errors say that they are not expected, or which error of AWS they are; --debug adds the stack', async () => {
  expect(await thrown(named('TypeError'))).toEqual(['irsa-auditor: unexpected error: no\\u{202e}\nluck\n', [2]]);
  const ofAws = named('ResourceNotFoundException', { $metadata: {} });
  expect(await thrown(ofAws)).toEqual(['irsa-auditor: ResourceNotFoundException: no\\u{202e}\nluck\n', [2]]);
  expect(await thrown('a text')).toEqual(['irsa-auditor: unexpected error: a text\n', [2]]);
  const [told, codes] = await thrown(named('UsageError'), '--debug');
  expect([told, codes]).toEqual(['irsa-auditor: no\\u{202e}\nluck\nat\\u{202e} a\nat b\n', [2]]);
});
