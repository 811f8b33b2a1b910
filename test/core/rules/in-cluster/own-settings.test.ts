import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../../lib/core/model/collected.ts';
import type { Pod, PodContainer } from '../../../../lib/core/model/kubernetes.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../../../lib/core/rules/example-cluster.ts';
import { exampleAccountId, someFacts } from '../../../../lib/core/rules/example-world.ts';
import { podRoleStale } from '../../../../lib/core/rules/pod/pod-role-stale.ts';
import { podStaticCredentials } from '../../../../lib/core/rules/pod/pod-static-credentials.ts';
import { runtimeAssumeFailing } from '../../../../lib/core/rules/runtime/runtime-assume-failing.ts';
import { verdictOf } from '../../../support/verdict-of.ts';

/** What people set in a pod's template themselves, and what passes by itself. */
const other = `arn:aws:iam::${exampleAccountId}:role/other`;
const withRole = aContainer({ irsaEnvironment: { ...aContainer().irsaEnvironment, AWS_ROLE_ARN: other } });
const world = (annotatedAt: string | undefined, ...pods: readonly Pod[]) =>
  someFacts({
    clusters: complete([
      aReadCluster({
        serviceAccounts: complete([aServiceAccount(annotatedAt === undefined ? {} : { annotatedAt })]),
        pods: complete(pods),
      }),
    ]),
  });
const made = (createdAt: string | undefined, name = 'a'): Pod => {
  const { createdAt: _, ...pod } = aPod({ name, containers: [withRole] });
  return createdAt === undefined ? pod : { ...pod, createdAt };
};

describe('a pod with another role than the annotation names', () => {
  const byHand = /^low: .*has the role \S+other, which the annotation .*, older than the pods, does not name/;
  const stale = /^high: .* the role \S+other, and the annotation of service account cart now names/;
  test.each([
    ['is older than the annotation', world('2026-10-02T00:00:00Z', made('2026-10-01T00:00:00Z')), stale],
    ['is made right after it', world('2026-10-01T00:00:00Z', made('2026-10-01T00:09:00Z')), stale],
    ['is long younger: its template says so', world('2026-09-01T00:00:00Z', made('2026-10-01T00:00:00Z')), byHand],
    ['of unknown age', world('2026-09-01T00:00:00Z', made(undefined)), stale],
    ['with an annotation of unknown age', world(undefined, made('2026-10-01T00:00:00Z')), stale],
    [
      'beside one that is older',
      world('2026-09-01T00:00:00Z', made('2026-10-01T00:00:00Z'), made('2026-08-01T00:00:00Z', 'b')),
      stale,
    ],
  ])('%s', (_title, facts, expected) =>
    expect(verdictOf(podRoleStale, facts).said).toEqual([expect.stringMatching(expected)]),
  );

  test('a restart does not mend what its template says', () => {
    const facts = world('2026-09-01T00:00:00Z', made('2026-10-01T00:00:00Z'));
    const [found] = verdictOf(podRoleStale, facts).findings;
    expect(found?.fix).toMatchObject({
      summary: expect.stringContaining('Take AWS_ROLE_ARN out of the template of Deployment cart'),
      commands: [],
    });
  });
});

describe('a profile beside the role', () => {
  const variables = (...names: readonly string[]) => ({ awsVariables: [...aContainer().awsVariables, ...names] });
  const mount = (path: string) => ({ mounts: { ...aContainer().mounts, cfg: path } });
  test.each<readonly [string, Partial<PodContainer>, readonly RegExp[]]>([
    ['alone', variables('AWS_PROFILE'), [/^medium: .*AWS_PROFILE/]],
    [
      'of a mounted configuration',
      { ...variables('AWS_PROFILE'), ...mount('/home/app/.aws/config') },
      [/^unknown: what the profile/],
    ],
    ['of a configuration named', variables('AWS_DEFAULT_PROFILE', 'AWS_CONFIG_FILE'), [/^unknown: what the profile/]],
    ['none, a configuration alone', mount('/home/app/.aws/config'), [/^unknown: what the profile/]],
    ['none, a configuration named', variables('AWS_CONFIG_FILE'), [/^unknown: what the profile/]],
    [
      'with keys too',
      variables('AWS_PROFILE', 'AWS_CONFIG_FILE', 'AWS_ACCESS_KEY_ID'),
      [/has AWS_ACCESS_KEY_ID beside/],
    ],
    ['none, a file of keys', mount('/home/app/.aws/credentials'), [/^medium/]],
  ])('%s', (_title, over, expected) => {
    const facts = world(undefined, aPod({ containers: [aContainer(over)] }));
    expect(verdictOf(podStaticCredentials, facts).said).toEqual(expected.map(one => expect.stringMatching(one)));
  });
});

describe('failed calls among others that succeeded', () => {
  const failing = (successes: number, ...codes: readonly string[]) =>
    someFacts({
      runtime: complete({
        from: '2026-10-31T23:00:00Z',
        to: '2026-11-01T06:00:00Z',
        events: [
          {
            roleArn: `arn:aws:iam::${exampleAccountId}:role/checkout-cart`,
            subject: 'system:serviceaccount:checkout:cart',
            region: 'eu-west-1',
            successes,
            failures: codes.map(errorCode => ({
              errorCode,
              errorMessage: '',
              count: 1,
              lastAt: '2026-11-01T05:00:00Z',
            })),
            userAgents: [],
            verificationMethods: [],
            lastAt: '2026-11-01T05:00:00Z',
          },
        ],
      }),
    });
  test.each([
    [
      'an issuer that was slow once',
      failing(9000, 'IDPCommunicationError'),
      /^low: .*9000 other calls of the same hours succeeded/,
    ],
    ['throttling', failing(1, 'ThrottlingException'), /^low: .*1 other call of/],
    ['a refusal beside it', failing(9000, 'IDPCommunicationError', 'AccessDenied'), /^high/],
    ['fewer that succeeded', failing(1, 'ThrottlingException', 'IDPCommunicationError'), /^high/],
    ['none that succeeded', failing(0, 'IDPCommunicationError'), /^high/],
    ['a refusal', failing(9000, 'AccessDenied'), /^high/],
  ])('%s', (_title, facts, expected) =>
    expect(verdictOf(runtimeAssumeFailing, facts).said).toEqual([expect.stringMatching(expected)]),
  );
});
