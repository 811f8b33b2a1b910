/** A megabyte in what AWS and Kubernetes say when they refuse: each is a gap of one line that says that it was cut. */
import { describe, expect, test } from '@jest/globals';
import { awsAccountReader } from '../../lib/collect/aws-account-reader.ts';
import { exchangeFailure, type KubernetesApi, statusReason } from '../../lib/collect/kubernetes/kubernetes-api.ts';
import { readKubernetesFacts } from '../../lib/collect/kubernetes/read-kubernetes-facts.ts';
import { readFailureFromError } from '../../lib/collect/unread-from-error.ts';
import { against } from '../support/answering-aws.ts';
import { mainAccount, region } from '../support/aws-world.ts';

const megabyte = 1024 * 1024;
const at = '2026-11-01T06:00:00.000Z';
/** A little more than a message: `403: ` stands before it. */
const maxMessage = 320;

/** Every reason in a reading, wherever it stands. */
const reasonsIn = (value: unknown): readonly { readonly kind: string; readonly message: string }[] => {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(reasonsIn);
  return 'kind' in value && 'operation' in value && 'message' in value
    ? [{ kind: String(value.kind), message: String(value.message) }, ...inner]
    : inner;
};

const refusal = (length: number): string => 'User x is not authorized\n'.padEnd(length, 'x');

describe('AWS that refuses every call with a megabyte', () => {
  const readRefused = (length: number) =>
    against(
      ({ body }) =>
        /Action=/.test(body)
          ? `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>${refusal(length)}</Message></Error></ErrorResponse>`
          : JSON.stringify({ __type: 'AccessDeniedException', message: refusal(length) }),
      clients => {
        const clock = { now: () => Date.parse(at), sleep: async () => undefined };
        const cloudTrail = { lookbackMinutes: 60, maxCalls: 1 };
        const reader = awsAccountReader(clients, { roleDetails: true, accountAlias: true, cloudTrail, clock });
        return reader.read({ accountId: mainAccount, regions: [region] }, at);
      },
      403,
    );

  test('is an account of gaps, each with the kind that a short one has', async () => {
    const [usual, large] = [await readRefused(0), await readRefused(megabyte)];
    const kinds = (value: unknown) => reasonsIn(value).map(({ kind }) => kind);
    expect(kinds(large)).toEqual(kinds(usual));
    expect(kinds(large).filter(kind => kind === 'denied').length).toBeGreaterThan(3);
    for (const { kind, message } of reasonsIn(large).filter(each => each.kind === 'denied'))
      expect([kind, message.length < maxMessage, message.endsWith('…')]).toEqual([kind, true, true]);
    expect(JSON.stringify(large).length).toBeLessThan(20_000);
  });
});

describe('an API server that refuses every call with a megabyte', () => {
  const body = (length: number): string =>
    JSON.stringify({ kind: 'Status', status: 'Failure', message: refusal(length), reason: 'Forbidden' });
  const refusing = (status: number, length: number): KubernetesApi => ({
    send: async call => ({ ok: false, reason: statusReason(call, status, body(length)), status }),
    close: () => undefined,
  });

  test.each([401, 403, 404, 410, 429, 500])('with %i is a cluster of gaps', async status => {
    const [usual, large] = [
      await readKubernetesFacts(refusing(status, 0), { issuerKnown: false }),
      await readKubernetesFacts(refusing(status, megabyte), { issuerKnown: false }),
    ];
    expect(reasonsIn(large).map(({ kind }) => kind)).toEqual(reasonsIn(usual).map(({ kind }) => kind));
    expect(reasonsIn(large).length).toBeGreaterThan(0);
    for (const { message } of reasonsIn(large)) expect(message.length).toBeLessThan(maxMessage + 100);
    expect(reasonsIn(large).some(({ message }) => message.includes('…'))).toBe(true);
  });
});

describe('an error with a megabyte in one of its texts', () => {
  const long = (start: string): string => start.padEnd(megabyte, 'E_');

  test.each<readonly [string, object]>([
    ['message', { name: 'AccessDenied', message: long('EACCES ') }],
    ['name', { name: long('Access'), message: 'no' }],
    ['code', { name: 'Error', code: long('ECONN'), message: 'no' }],
    ['message of spaces and line breaks', { name: 'Error', message: ' \n'.repeat(megabyte / 2) }],
  ])('(its %s) is a reason of one line', (_text, parts) => {
    const error = Object.assign(new Error(), parts);
    const call = { verb: 'list', resource: 'pods', path: '/api/v1/pods' } as const;
    for (const { message } of [readFailureFromError(error, 'iam:ListRoles'), exchangeFailure(call, error)]) {
      expect(message.length).toBeLessThan(maxMessage + 100);
      expect(message).not.toMatch(/\n/);
    }
  });
});
