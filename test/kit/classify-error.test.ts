import { expect, test } from '@jest/globals';
import { asService, kindOfError, kindOfStatus, serviceError } from '../../lib/kit/classify-error.ts';

test.each([
  [400, 'invalid'],
  [401, 'denied'],
  [403, 'denied'],
  [404, 'not-found'],
  [408, 'timed-out'],
  [410, 'not-found'],
  [418, 'invalid'],
  [429, 'throttled'],
  [499, 'invalid'],
  [500, 'unreachable'],
  [503, 'unreachable'],
  [504, 'timed-out'],
])('an answer of HTTP %i is %s', (status, kind) => {
  expect(kindOfStatus(status)).toBe(kind);
});

const parts = { name: '', code: undefined, message: '', status: undefined };

test.each([
  ['a name that asks to slow down', { name: 'ThrottlingException' }, 'throttled'],
  ['a status that asks to slow down', { status: 429 }, 'throttled'],
  ['a name that refuses', { name: 'AccessDenied' }, 'denied'],
  ['a code that refuses', { code: 'AccessDenied' }, 'denied'],
  ['credentials that have expired', { name: 'ExpiredToken' }, 'denied'],
  ['a name of what is not there', { name: 'NoSuchEntity' }, 'not-found'],
  ['a bare 404, which may be of something else', { status: 404 }, 'invalid'],
  ['a connection that is refused', { name: 'TimeoutError', code: 'ECONNREFUSED' }, 'unreachable'],
  ['a connection that was reset, by its name alone', { name: 'ECONNRESET' }, 'unreachable'],
  ['a client that could not connect', { name: 'NetworkingError' }, 'unreachable'],
  ['a connection that ends early', { message: 'socket hang up' }, 'unreachable'],
  ['no answer in time', { name: 'TimeoutError' }, 'timed-out'],
  ['an answer that is too large', { code: 'answer-too-large' }, 'too-large'],
  ['nothing that is known', { name: 'Surprise' }, 'invalid'],
])('%s is classified', (_, some, kind) => {
  expect(kindOfError({ ...parts, ...some })).toBe(kind);
});

const named = (name: string) => Object.assign(new Error('no'), { name });

test.each([
  ['ThrottlingException', 'ThrottledError'],
  ['TimeoutError', 'TransientError'],
  ['ECONNRESET', 'TransientError'],
  ['AccessDenied', 'AccessDenied'],
  ['ConditionalCheckFailedException', 'ConditionalCheckFailedException'],
])('a service that fails by %s leaves as %s', async (name, leaves) => {
  const error = named(name);
  await expect(asService('read it', () => Promise.reject(error))).rejects.toMatchObject({ name: leaves });
  if (leaves === name) expect(serviceError(error, 'read it')).toBe(error);
  else
    expect(serviceError(error, 'read it')).toMatchObject({
      cause: error,
      message: expect.stringMatching(/^read it: /),
    });
});
