import { describe, expect, test } from '@jest/globals';
import { credentialsProblem, isRegionRefusal, readFailureFromError } from '../../lib/collect/unread-from-error.ts';
import { oneLine } from '../../lib/text/visible-text.ts';
import { fc } from '../support/properties.ts';

const awsError = (name: string, message = 'words', status = 400) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode: status } });
const networkError = (code: string) => Object.assign(new Error(`connect ${code} 192.0.2.1:443`), { code });

describe('the reason of a gap', () => {
  test.each([
    ['AccessDenied', 403, 'denied'],
    ['AccessDeniedException', 400, 'denied'],
    ['RegionDisabledException', 403, 'denied'],
    ['Throttling', 400, 'throttled'],
    ['ThrottlingException', 400, 'throttled'],
    ['TooManyRequestsException', 429, 'throttled'],
    ['SomethingNew', 429, 'throttled'],
    ['NoSuchEntity', 404, 'not-found'],
    ['ResourceNotFoundException', 404, 'not-found'],
    ['TimeoutError', 0, 'timed-out'],
    ['ServiceFailure', 500, 'unreachable'],
    ['ServerException', 503, 'unreachable'],
    ['SomethingNew', 403, 'denied'],
    ['SomethingNew', 400, 'invalid'],
    ['ExpiredToken', 403, 'denied'],
    ['InvalidClientTokenId', 403, 'denied'],
  ])('%s with HTTP %i is %s', (name, status, kind) => {
    expect(readFailureFromError(awsError(name, 'words', status), 'iam:ListRoles').kind).toBe(kind);
  });

  test.each([
    ['ECONNREFUSED', 'unreachable'],
    ['ENOTFOUND', 'unreachable'],
    ['EPROTO', 'unreachable'],
    ['CERT_HAS_EXPIRED', 'unreachable'],
    ['ETIMEDOUT', 'timed-out'],
  ])('the network error %s is %s', (code, kind) => {
    expect(readFailureFromError(networkError(code), 'eks:ListClusters').kind).toBe(kind);
  });

  test('a connection that was reset is unreachable, though the SDK calls it a TimeoutError', () => {
    const reset = Object.assign(networkError('ECONNRESET'), { name: 'TimeoutError' });
    expect(readFailureFromError(reset, 'iam:ListRoles').kind).toBe('unreachable');
    const wrapped = new Error('AWS SDK error wrapper for TimeoutError: read ECONNRESET');
    expect(readFailureFromError(wrapped, 'iam:ListRoles').kind).toBe('unreachable');
  });

  test.each([
    ['Failure', 'words', 499, 'Failure: words'],
    ['Failure', 'words', 500, 'Failure: words (HTTP 500)'],
    ['Failure', 'Failure: words', 503, 'Failure: words (HTTP 503)'],
    ['Error', 'words', 400, 'words'],
    ['', 'words', 500, 'words (HTTP 500)'],
    ['Failure', '', 400, 'Failure'],
    ['', '', 400, 'no message'],
  ])('the words of %s: "%s" with HTTP %i', (name, message, status, words) => {
    expect(readFailureFromError(awsError(name, message, status), 'iam:ListRoles').message).toBe(words);
  });

  test('names the permission that AWS names, else the operation', () => {
    const named = awsError('AccessDenied', 'User: x is not authorized to perform: iam:GetRole on resource: y', 403);
    expect(readFailureFromError(named, 'iam:ListRoles').permission).toBe('iam:GetRole');
    expect(readFailureFromError(awsError('AccessDenied', 'no', 403), 'iam:ListRoles').permission).toBe('iam:ListRoles');
  });

  test('names no permission for credentials that do not work: none would help', () => {
    expect(readFailureFromError(awsError('ExpiredToken'), 'iam:ListRoles')).not.toHaveProperty('permission');
    expect(readFailureFromError(awsError('Throttling'), 'iam:ListRoles')).not.toHaveProperty('permission');
  });

  test.each([[undefined], [null], ['text'], [42], [{}], [new Error('')]])('has a message for %p', thrown => {
    const reason = readFailureFromError(thrown, 'iam:ListRoles');
    expect(reason.message).not.toBe('');
    expect(reason.operation).toBe('iam:ListRoles');
  });

  test('keeps the error name and the HTTP status of a failed service in the message', () => {
    expect(readFailureFromError(awsError('ServiceFailure', 'sorry', 503), 'iam:ListRoles').message).toBe(
      'ServiceFailure: sorry (HTTP 503)',
    );
  });
});

describe('credentials that cannot work', () => {
  test.each([
    ['ExpiredToken', 'the AWS credentials have expired (ExpiredToken): sign in again'],
    [
      'CredentialsProviderError',
      'no AWS credentials could be loaded: words; sign in (aws sso login), or name a profile (--profile)',
    ],
    ['InvalidClientTokenId', 'AWS does not accept the credentials (InvalidClientTokenId): words'],
  ])('%s is one sentence', (name, sentence) => {
    const problem = credentialsProblem(awsError(name));
    expect(problem?.message).toBe(sentence);
    expect(problem).toMatchObject({ name: 'CredentialsInvalid', code: 'credentials-invalid' });
    expect(problem?.cause).toBeInstanceOf(Error);
  });

  test('where every source is empty the SDK says no more than we do', () => {
    const empty = awsError('CredentialsProviderError', 'Could not load credentials from any providers');
    expect(credentialsProblem(empty)?.message).toBe(
      'no AWS credentials could be loaded: sign in (aws sso login), or name a profile (--profile)',
    );
  });

  test('a refusal is none', () => {
    expect(credentialsProblem(awsError('AccessDenied'))).toBeUndefined();
  });
});

test('a region that is not enabled is told by the refusal of the key', () => {
  const names = ['UnrecognizedClientException', 'InvalidClientTokenId', 'OptInRequired', 'RegionDisabledException'];
  expect(names.filter(name => !isRegionRefusal(awsError(name)))).toEqual([]);
  expect(isRegionRefusal(awsError('AccessDeniedException'))).toBe(false);
});

test('any text becomes one line of at most 300 characters', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 800 }), text => {
      const line = oneLine(text);
      expect(line.length).toBeLessThanOrEqual(300);
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    }),
  );
});
