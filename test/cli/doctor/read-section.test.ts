/** A section that is read whole: credentials that work nowhere end the command, a refusal is of its section alone. */
import { expect, test } from '@jest/globals';
import { readAll, unreadSection } from '../../../lib/cli/doctor/read-section.ts';

const failed = (name: string, status?: number) =>
  Object.assign(new Error('no'), { name, ...(status !== undefined && { $metadata: { httpStatusCode: status } }) });

test.each(['ExpiredTokenException', 'ExpiredToken', 'CredentialsProviderError'])('%s ends the command', async name => {
  expect(() => unreadSection(failed(name), 'a:B')).toThrow(expect.objectContaining({ name: 'CredentialsInvalid' }));
  await expect(readAll('a:B', () => Promise.reject(failed(name)))).rejects.toMatchObject({
    name: 'CredentialsInvalid',
  });
});

test.each([
  ['AccessDeniedException', 403, 'denied'],
  ['UnrecognizedClientException', 403, 'denied'],
  ['InvalidClientTokenId', 403, 'denied'],
  ['ResourceNotFoundException', 400, 'not-found'],
  ['ThrottlingException', 400, 'throttled'],
  ['TimeoutError', undefined, 'timed-out'],
] as const)('%s is of its section', async (name, status, kind) => {
  const read = await readAll('a:B', () => Promise.reject(failed(name, status)));
  expect(read).toMatchObject({ status: 'unavailable', reason: { kind, operation: 'a:B' } });
});

test('a value that is read, an empty one too', async () => {
  expect([await readAll('a:B', async () => undefined), await readAll('a:B', async () => [1])]).toEqual([
    { status: 'complete', value: undefined },
    { status: 'complete', value: [1] },
  ]);
});
