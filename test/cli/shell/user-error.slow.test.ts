/** Errors behind others, as the SDK and Node.js chain them, in the words for a person. */
import { expect, test } from '@jest/globals';
import { userError } from '../../../lib/cli/shell/user-error.ts';

const behind = (cause: unknown, times: number): Error =>
  times === 0 ? (cause as Error) : new Error(`step ${times}`, { cause: behind(cause, times - 1) });
const named = (name: string, message: string): Error => Object.assign(new Error(message), { name });

test.each([0, 1, 2, 9])('a fault of the proxy behind %d errors is told', async times => {
  const error = behind(named('ProxyFailed', 'the proxy answers 407'), times);
  expect(await userError(error)).toMatchObject({ name: 'UsageError', message: 'the proxy answers 407', cause: error });
});

test.each([0, 1, 2, 9])('an untrusted certificate behind %d errors names the CA bundle', async times => {
  const found = Object.assign(new Error('self-signed certificate in certificate chain'), {
    code: 'SELF_SIGNED_CERT_IN_CHAIN',
  });
  const error = behind(found, times);
  expect(await userError(error)).toMatchObject({
    name: 'UsageError',
    message:
      'the certificate of AWS is not trusted here: self-signed certificate in certificate chain; where a proxy inspects TLS, name the CA bundle of your network in AWS_CA_BUNDLE',
    cause: error,
  });
});

test.each(['ENOTFOUND', 'EAI_AGAIN', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])(
  'a network that does not lead to AWS (%s) is told with what to check',
  async code => {
    const error = new Error(`connect ${code} sts.eu-west-1.amazonaws.com`);
    expect(await userError(error)).toMatchObject({
      name: 'UsageError',
      message: `${error.message}; check the region and the network (--region, HTTPS_PROXY)`,
      cause: error,
    });
  },
);

test('what was told once is not told again', async () => {
  const told = await userError(new Error('connect ECONNREFUSED 127.0.0.1:9'));
  expect(await userError(told)).toBe(told);
});

test('what nobody here can help stays as it is', async () => {
  const errors = [new Error('XENOTFOUNDX'), named('ValidationException', 'no'), 'a text', undefined];
  expect(await Promise.all(errors.map(one => userError(one)))).toEqual(errors);
});
