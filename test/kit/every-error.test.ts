import { expect, test } from '@jest/globals';
import {
  credentialFault,
  errorParts,
  isUntrustedCertificate,
  kindOfError,
  kindOfNetworkError,
  serviceError,
} from '../../lib/kit/classify-error.ts';
import * as errors from '../../lib/kit/errors.ts';
import { inParallel } from '../../lib/kit/in-parallel.ts';

const kindOf = (error: object) => kindOfError(errorParts(Object.assign(new Error('no'), error)));

/** Every name that a service or the system gives a failure. */
const names: Readonly<Record<string, readonly string[]>> = {
  throttled: [
    ...['Throttling', 'ThrottlingException', 'ThrottledException', 'TooManyRequestsException', 'SlowDown'],
    ...['ProvisionedThroughputExceededException', 'RequestLimitExceeded', 'RequestThrottledException'],
    ...['LimitExceededException', 'PriorRequestNotComplete'],
  ],
  denied: [
    ...['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation', 'UnauthorizedException', 'NotAuthorized'],
    ...['OptInRequired', 'RegionDisabledException', 'SubscriptionRequiredException'],
    ...['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'],
    ...['InvalidClientTokenId', 'UnrecognizedClientException', 'InvalidAccessKeyId', 'AuthFailure'],
    ...['SignatureDoesNotMatch', 'InvalidSignatureException', 'IncompleteSignature', 'MissingAuthenticationToken'],
    ...['CredentialsProviderError', 'TokenProviderError', 'ProviderError'],
  ],
  'not-found': ['NoSuchEntity', 'NoSuchEntityException', 'ResourceNotFoundException', 'NotFoundException'],
  'timed-out': ['TimeoutError', 'AbortError', 'RequestTimeout', 'RequestTimeoutException', 'ETIMEDOUT', 'ABORT_ERR'],
  unreachable: [
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EPROTO'],
    ...['ERR_SSL_WRONG_VERSION_NUMBER', 'NetworkingError'],
  ],
  invalid: ['ValidationException', 'LimitExceeded', 'NoSuchBucket', 'LimitExceededExceptionOfQuota', 'NoSlowDown'],
};

test.each(Object.entries(names).flatMap(([kind, all]) => all.map(name => [name, kind] as const)))(
  '%s is %s',
  (name, kind) => {
    expect(kindOf({ name })).toBe(kind);
  },
);

const untrusted = [
  ...['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_GET_ISSUER_CERT'],
  ...['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_SIGNATURE_FAILURE'],
  ...['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID', 'ERR_TLS_CERT_ALTNAME_INVALID'],
];

test.each(untrusted)('the code %s is a certificate that is not trusted', code => {
  expect(kindOf({ code })).toBe('unreachable');
  expect(isUntrustedCertificate(errorParts({ code }))).toBe(true);
  expect(isUntrustedCertificate(errorParts({ code: 'ECONNRESET' }))).toBe(false);
  expect(isUntrustedCertificate(errorParts({}))).toBe(false);
});

test.each([
  ['ExpiredToken', 'expired'],
  ['CredentialsProviderError', 'missing'],
  ['InvalidClientTokenId', 'unknown-key'],
  ['AccessDenied', undefined],
] as const)('credentials that fail by %s are %s', (name, fault) => {
  expect(credentialFault(name)).toBe(fault);
});

test.each([
  [{ name: 'ProxyFailed', code: 'proxy-timed-out' }, 'timed-out'],
  [{ name: 'ProxyFailed', code: 'proxy-refused' }, 'unreachable'],
  [{ message: 'the request was aborted' }, 'unreachable'],
  [{ code: 'ETIMEDOUT' }, 'timed-out'],
  [{ name: 'TimeoutError', code: 'ECONNRESET' }, 'unreachable'],
  [{ code: 'answer-too-large' }, 'too-large'],
  [{ message: 'no' }, undefined],
] as const)('the network fails by %j: %s', (parts, kind) => {
  expect(kindOfNetworkError(errorParts(parts))).toBe(kind);
});

test.each([
  ['a text', { name: '', code: undefined, message: 'a text', status: undefined }],
  [undefined, { name: '', code: undefined, message: 'undefined', status: undefined }],
  [
    { name: 7, code: 7, message: 7, $metadata: 7 },
    { name: '', code: undefined, message: '', status: undefined },
  ],
  [
    { name: 'A', message: 'connect ECONNREFUSED 127.0.0.1', $metadata: { httpStatusCode: 503 } },
    { name: 'A', code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1', status: 503 },
  ],
  [
    { code: 'EPIPE', message: 'connect ECONNREFUSED' },
    { name: '', code: 'EPIPE', message: 'connect ECONNREFUSED', status: undefined },
  ],
  [{ message: 'EACH is no code' }, { name: '', code: undefined, message: 'EACH is no code', status: undefined }],
])('the parts of %j', (thrown, parts) => {
  expect(errorParts(thrown)).toEqual(parts);
});

test.each([
  [{ $metadata: { httpStatusCode: 403 } }, 'denied'],
  [{ $metadata: { httpStatusCode: 404 } }, 'invalid'],
  [{ $metadata: { httpStatusCode: 410 } }, 'invalid'],
  [{ $metadata: { httpStatusCode: 429 } }, 'throttled'],
  [{ $metadata: { httpStatusCode: 500 } }, 'unreachable'],
  [{ name: 'x', code: 'Throttling' }, 'throttled'],
  [{ name: 'x', code: 'NoSuchEntity' }, 'not-found'],
])('an answer of AWS with %j is %s', (parts, kind) => {
  expect(kindOf(parts)).toBe(kind);
});

test('a failure that may pass says what was being done, in at most 300 characters; what is no error stays', () => {
  const long = Object.assign(new Error('y'.repeat(400)), { name: 'ECONNRESET' });
  expect(serviceError(long, 'write x')).toMatchObject({
    ...{ name: 'TransientError', code: 'transient', cause: long },
    message: `write x: ECONNRESET ${'y'.repeat(300 - 'write x: ECONNRESET '.length)}`,
  });
  expect(serviceError(Object.assign(new Error('no'), { name: 'SlowDown' }), 'write x')).toMatchObject({
    ...{ name: 'ThrottledError', code: 'throttled', message: 'write x: SlowDown' },
  });
  expect(serviceError('a text', 'write x')).toBe('a text');
});

/** Calls that end when they are told to. */
const held = () => {
  const open: { readonly item: number; readonly end: (error?: Error) => void }[] = [];
  const call = (item: number): Promise<string> =>
    new Promise((resolve, reject) =>
      open.push({ item, end: error => (error === undefined ? resolve(`r${item}`) : reject(error)) }),
    );
  const settled = () => new Promise(resolve => setImmediate(resolve));
  return { open, call, settled };
};

test('so many calls are under way at once and no more, and results keep the order of the items', async () => {
  const { open, call, settled } = held();
  const all = inParallel([1, 2, 3, 4], 2, call);
  await settled();
  expect(open.map(({ item }) => item)).toEqual([1, 2]);
  open[1]?.end();
  await settled();
  expect(open.map(({ item }) => item)).toEqual([1, 2, 3]);
  open[0]?.end();
  open[2]?.end();
  await settled();
  open[3]?.end();
  expect(await all).toEqual(['r1', 'r2', 'r3', 'r4']);
});

test('after a failure no call begins, those under way end first, and the first failure is told', async () => {
  const { open, call, settled } = held();
  let isOver = false;
  const all = inParallel([1, 2, 3], 2, call).catch((error: Error) => {
    isOver = true;
    return error.message;
  });
  await settled();
  open[1]?.end(new Error('first'));
  await settled();
  expect([open.length, isOver]).toEqual([2, false]);
  open[0]?.end(new Error('second'));
  expect(await all).toBe('first');
  expect(open).toHaveLength(2);
});

test('a limit below one is one, and of nothing nothing is called', async () => {
  const { open, call, settled } = held();
  void inParallel([1, 2], 0, call);
  await settled();
  expect(open).toHaveLength(1);
  expect(await inParallel([], 4, call)).toEqual([]);
});

test('each error has a name and a code of its own, by which state machines and programs tell it', () => {
  const told = Object.values(errors).map(one => {
    const { name, code, message, cause } = new one('why', { cause: 'c' });
    return [name, code, message, cause];
  });
  expect(told.toSorted()).toEqual(
    [
      ['CursorInvalid', 'cursor-invalid'],
      ['DocumentInvalid', 'document-invalid'],
      ['DocumentMissing', 'document-missing'],
      ['InvalidEvent', 'invalid-event'],
      ['StateConflict', 'state-conflict'],
      ['TargetsUnreadable', 'targets-unreadable'],
      ['ThrottledError', 'throttled'],
      ['TransientError', 'transient'],
    ].map(names => [...names, 'why', 'c']),
  );
});
