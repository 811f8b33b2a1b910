import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { isBelow, sdksOf } from '../../../lib/facts/sdk-version.ts';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import type { AssumeEvents, AssumeFailure } from '../../../lib/model/runtime.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { runtimeAssumeFailing } from '../../../lib/rules/runtime/runtime-assume-failing.ts';
import { runtimeRoleNeverAssumed } from '../../../lib/rules/runtime/runtime-role-never-assumed.ts';
import { aPod, aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { aGap, denied, refused, verdicts } from '../../support/in-cluster-world.ts';
import { reportedBy, verdictOf } from '../../support/verdict-of.ts';

type Over = Parameters<typeof someFacts>[0];
type Case = readonly [title: string, facts: Facts, expected: readonly string[]];
const run = (ruleId: string, cases: readonly Case[]) =>
  describe(ruleId, () => {
    test.each(cases.map(one => [...one] as const))('%s', (_title, facts, expected) =>
      expect(verdicts(ruleId, facts)).toEqual(expected),
    );
  });

const event: AssumeEvents = {
  roleArn: aRole().arn,
  subject: 'system:serviceaccount:checkout:cart',
  providerArn: aProvider().arn,
  region: 'eu-west-1',
  successes: 0,
  failures: [],
  userAgents: [],
  verificationMethods: [],
  lastAt: '2026-11-01T05:00:00Z',
};
const { subject: _subject, providerArn: _provider, ...nameless } = event;
const failure = (errorCode: string, over: Partial<AssumeFailure> = {}): AssumeFailure => ({
  errorCode,
  errorMessage: 'An unknown error occurred',
  count: 1,
  lastAt: '2026-11-01T05:00:00Z',
  ...over,
});
const window = (...events: readonly AssumeEvents[]) => ({
  runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events }),
});
const refusedOnce = { failures: [failure('AccessDenied')] };
const calling = (over: Partial<AssumeEvents>, more: Over = {}) =>
  someFacts({ ...window({ ...event, ...over }), ...more });
const failing = (successes: number, ...codes: readonly string[]) =>
  calling({ successes, failures: codes.map(code => failure(code)) });
const trusting = (over: Parameters<typeof aTrustPolicy>[0]) => ({
  roles: complete([aRole({ trustPolicy: aTrustPolicy(over) })]),
});

const github = aProvider({ issuer: 'https://token.actions.githubusercontent.com' });
const ofGitHub = { subject: 'repo:shop/cart:ref:refs/heads/main', providerArn: github.arn };
const forGitHub = {
  providers: complete([aProvider(), github]),
  roles: complete([
    aRole({
      trustPolicy: aTrustPolicy({ issuer: 'https://token.actions.githubusercontent.com', subject: ofGitHub.subject }),
    }),
  ]),
};
/** Refused at 5:00 and not since: credentials were given at 5:30. */
const cured = (over: Partial<AssumeEvents>, more: Over = {}) =>
  calling(
    {
      ...refusedOnce,
      successes: 3,
      lastAt: '2026-11-01T05:30:00Z',
      userAgents: ['aws-sdk-go-v2/1.36.3'],
      workingAgents: ['aws-sdk-go-v2/1.36.3'],
      ...over,
    },
    more,
  );

run('runtime-assume-failing', [
  ['reports a caller that is not named', someFacts(window({ ...nameless, ...refusedOnce })), ['high callerUnknown']],
  ['says that the role is gone', calling(refusedOnce, { roles: complete([]) }), ['high roleMissing']],
  ['says that the role was not read', calling(refusedOnce, { roles: refused }), ['high roleUnread']],
  ['says that the provider is gone', calling(refusedOnce, { providers: complete([]) }), ['high providerMissing']],
  [
    'says that the trust policy denies it',
    calling(refusedOnce, trusting({ subject: 'system:serviceaccount:a:b' })),
    ['high denied'],
  ],
  [
    'says that the trust policy cannot be decided',
    calling(refusedOnce, trusting({ condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } })),
    ['high undecided'],
  ],
  ['says that nothing explains it', calling(refusedOnce), ['high unexplained']],
  ['takes an issuer that was slow once as transient', failing(9000, 'IDPCommunicationError'), ['low transient']],
  ['takes throttling as transient', failing(1, 'ThrottlingException'), ['low transient']],
  [
    'does not take a refusal beside it as transient',
    failing(9000, 'IDPCommunicationError', 'AccessDenied'),
    ['high unexplained'],
  ],
  [
    'does not take what fails more often than not as transient',
    failing(1, 'ThrottlingException', 'IDPCommunicationError'),
    ['high unexplained'],
  ],
  ['does not take what always fails as transient', failing(0, 'IDPCommunicationError'), ['high unexplained']],
  ['is silent for a refused pipeline of GitHub', calling({ ...refusedOnce, ...ofGitHub }, forGitHub), []],
  [
    'is silent for a refused run of Terraform Cloud, whose event does not name the provider',
    someFacts({
      ...window({ ...nameless, ...refusedOnce, subject: 'organization:shop:project:p:workspace:w:run_phase:plan' }),
      ...forGitHub,
    }),
    [],
  ],
  [
    'is silent for a refused identity of Cognito, whose provider is no ARN',
    calling({ ...refusedOnce, subject: 'eu-west-1:0d1e2f3a', providerArn: 'cognito-identity.amazonaws.com' }),
    [],
  ],
  [
    'is silent for a caller that is not named, where the role trusts logins alone',
    someFacts({ ...window({ ...nameless, ...refusedOnce }), ...forGitHub }),
    [],
  ],
  ['reports a pod that asks for a role of GitHub', calling(refusedOnce, forGitHub), ['high denied']],
  [
    'reports a service account of a cluster that nobody registered',
    calling({ ...refusedOnce, providerArn: aProvider({ issuer: 'https://oidc.kops.example' }).arn }),
    ['high providerMissing'],
  ],
  ['takes refusals that a success of the same program followed as history', cured({}), ['info history']],
  [
    'does not take an error that may come back as history after a minute',
    cured({ failures: [failure('ExpiredTokenException', { lastAt: '2026-11-01T05:29:00Z' })] }),
    ['high unexplained'],
  ],
  [
    'does not take them as history where the last call was refused',
    cured({ lastAt: '2026-11-01T05:00:00Z' }),
    ['high unexplained'],
  ],
  [
    'does not take them as history where another program never succeeded',
    cured({ userAgents: ['aws-sdk-go-v2/1.36.3', 'Boto3/1.34.0'] }),
    ['high unexplained'],
  ],
  [
    'does not take them as history where the trust policy denies the caller again',
    cured({}, trusting({ subject: 'system:serviceaccount:a:b' })),
    ['high denied'],
  ],
  ['does not take them as history where the role is gone', cured({}, { roles: complete([]) }), ['high roleMissing']],
  ['takes them as history where the role was not read', cured({}, { roles: refused }), ['info history']],
]);

test('counts, instants and texts of calls change by themselves, who was refused what does not', () => {
  const told = (count: number, lastAt: string, errorMessage: string) => {
    const facts = calling({
      successes: count,
      failures: [failure('ExpiredTokenException', { count, lastAt, errorMessage })],
    });
    const [found] = verdictOf(runtimeAssumeFailing, facts).findings;
    return [found?.messageId, found?.data, found?.evidence.filter(({ volatile }) => !volatile)];
  };
  expect(told(3, '2026-11-01T05:00:00Z', 'Token expired at 5')).toEqual(
    told(4, '2026-11-01T05:30:00Z', 'Token expired at 6'),
  );
});

test('messages name callers by their short names', () => {
  expect(reportedBy('runtime-assume-failing', calling(refusedOnce))).toEqual([
    ['high', 'unexplained', { caller: 'checkout/cart', role: 'checkout-cart' }],
  ]);
});

const old = 'Boto3/1.9.100 Python/3.7.10 Botocore/1.34.0';

run('runtime-sdk-unsupported', [
  [
    'reports an old SDK of a caller that is not named',
    someFacts(window({ ...nameless, ...refusedOnce, userAgents: [old] })),
    ['medium tooOld'],
  ],
  ['is silent for an old SDK that was seen to work 50 times', calling({ successes: 50, userAgents: [old] }), []],
  [
    'is silent for the agent of a call that succeeded, among others that failed',
    calling({ successes: 1, ...refusedOnce, userAgents: [old], workingAgents: [old] }),
    [],
  ],
  [
    'reports an agent of which every call failed, among others that succeeded',
    calling({
      successes: 1,
      ...refusedOnce,
      userAgents: ['aws-sdk-go-v2/1.36.3', old],
      workingAgents: ['aws-sdk-go-v2/1.36.3'],
    }),
    ['medium tooOld'],
  ],
  [
    'does not judge the .NET SDK, whose user agent has another numbering',
    calling({ ...refusedOnce, userAgents: ['aws-sdk-dotnet-coreclr/3.3.107.40 aws-sdk-dotnet-core/3.3.107.40'] }),
    [],
  ],
]);

run('runtime-sts-region', [
  ['is silent for calls in the region of the cluster', calling({ successes: 1 }), []],
  ['reports calls in another region', calling({ successes: 1, region: 'us-east-1' }), ['low elsewhere']],
  ['leaves refused calls to other rules', calling({ ...refusedOnce, region: 'us-east-1' }), []],
  [
    'is silent for the provider of a cluster that was not read',
    calling({
      successes: 1,
      region: 'us-east-1',
      providerArn: aProvider({ issuer: 'https://oidc.eks.eu-west-1.amazonaws.com/id/77' }).arn,
    }),
    [],
  ],
  ['is silent for a login', calling({ successes: 1, region: 'us-east-1', ...ofGitHub }), []],
  [
    'is not known where the cluster may be among those that were not read',
    calling({ successes: 1, region: 'us-east-1' }, { clusters: withGaps([], [aGap('eks:DescribeCluster')]) }),
    ['unknown unread'],
  ],
]);

run('runtime-thumbprint-consulted', [
  [
    'reports a provider that is not named',
    someFacts(window({ ...nameless, verificationMethods: ['Thumbprint'] })),
    ['info consulted'],
  ],
]);

const details = complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} });
const unused = { roles: complete([aRole({ detail: details })]) };
const running = (...names: readonly string[]) => ({
  clusters: complete([aReadCluster({ pods: complete(names.map(name => aPod({ name }))) })]),
});

run('runtime-role-never-assumed', [
  [
    'reports a role that running pods have and nobody used',
    someFacts({ ...running('a', 'b'), ...unused, ...window() }),
    ['medium neverAssumed'],
  ],
  [
    'is unknown for a window that was read in part',
    someFacts({
      ...running('a'),
      ...unused,
      runtime: {
        status: 'partial',
        value: { from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [] },
        gaps: [aGap('cloudtrail:LookupEvents')],
      },
    }),
    ['unknown unread'],
  ],
  [
    'is unknown where the inside of the cluster was not read',
    someFacts({
      clusters: complete([
        { cluster: aCluster(), kubernetes: unavailable(denied), podIdentity: complete([]), addons: complete([]) },
      ]),
      ...unused,
      ...window(),
    }),
    ['unknown unread'],
  ],
]);

test('how many pods run with a role nobody used does not change the message', () => {
  const data = (...names: readonly string[]) =>
    reportedBy('runtime-role-never-assumed', someFacts({ ...running(...names), ...unused, ...window() }))[0]?.[2];
  expect(data('a')).toEqual({ serviceAccounts: ['checkout/cart'], role: 'checkout-cart' });
  expect(data('a')).toEqual(data('a', 'b'));
});

test('a role that nobody used lies at the service account of its pods where all of them are known to have that one', () => {
  const placeOf = (pods: Parameters<typeof aReadCluster>[0], more: readonly ClusterSnapshot[] = []) =>
    verdictOf(
      runtimeRoleNeverAssumed,
      someFacts({ clusters: complete([aReadCluster(pods), ...more]), ...unused, ...window() }),
    ).findings.map(({ serviceAccount }) => serviceAccount);
  const other = aPod({ name: 'ledger-0', serviceAccount: 'ledger' });
  expect(placeOf({ pods: complete([aPod(), aPod({ name: 'b' })]) })).toEqual(['cart']);
  expect(placeOf({ pods: complete([aPod(), other]) })).toEqual([undefined]);
  expect(placeOf({ pods: complete([other, aPod()]) })).toEqual([undefined]);
  expect(placeOf({ pods: withGaps([aPod()], [aGap('list pods')]) })).toEqual([undefined]);
  const unread: ClusterSnapshot = { ...aReadCluster(), kubernetes: unavailable<KubernetesFacts>(denied) };
  expect(placeOf({ pods: complete([aPod()]) }, [unread])).toEqual([undefined]);
});

describe('SDK versions', () => {
  test.each([
    ['1.9.9', '1.9.220', true],
    ['1.10.0', '1.9.220', false],
    ['3.3.659.1', '3.3.659.1', false],
    ['3.3.659', '3.3.659.1', true],
  ])('%s is compared with %s by number', (version, minimum, below) => expect(isBelow(version, minimum)).toBe(below));

  test.each([
    ['aws-sdk-go/1.45.1 (go1.21.4; linux; amd64)', ['AWS SDK for Go v1 1.45.1']],
    ['aws-sdk-go-v2/1.36.3 ua/2.1 api/sts#1.33.17', ['AWS SDK for Go v2 1.36.3']],
    ['APN/1.0 Boto3/1.22.4 Python/3.7.10 Botocore/1.25.4', ['boto3 1.22.4', 'botocore 1.25.4']],
    ['aws-sdk-java/2.46.14 md/io#sync', ['AWS SDK for Java v2 2.46.14']],
    ['curl/8', []],
  ])('%s names its SDKs', (agent, expected) =>
    expect(sdksOf(agent).map(({ name, version }) => `${name} ${version}`)).toEqual(expected),
  );
});

describe('a refusal that nothing else explains', () => {
  const modern = 'aws-sdk-go-v2/1.36.3';
  const found = (over: Partial<AssumeEvents>) =>
    evaluate(calling({ ...refusedOnce, ...over }), { rules: catalog })
      .findings.filter(one => one.ruleId.startsWith('runtime-'))
      .map(({ ruleId, severity, explains }) => [ruleId, severity, explains.map(effect => effect.ruleId)]);

  test('is told under the SDK that is too old, as severe as it is', () =>
    expect(found({ userAgents: [old] })).toEqual([['runtime-sdk-unsupported', 'high', ['runtime-assume-failing']]]));

  test('comes back when the SDK was updated and calls are still refused', () =>
    expect(found({ userAgents: [modern] })).toEqual([['runtime-assume-failing', 'high', []]]));

  test('stays beside the old SDK where others are refused as well', () =>
    expect(found({ userAgents: [old, modern] })).toEqual([
      ['runtime-assume-failing', 'high', []],
      ['runtime-sdk-unsupported', 'medium', []],
    ]));

  test('stays beside the old SDK of calls that succeed', () =>
    expect(found({ successes: 1, userAgents: [old], workingAgents: [old] })).toEqual([
      ['runtime-assume-failing', 'high', []],
    ]));

  test('of a role that denies now is not the old SDK’s', () =>
    expect(
      evaluate(calling({ ...refusedOnce, userAgents: [old] }, trusting({ subject: 'system:serviceaccount:a:b' })), {
        rules: catalog,
      }).findings.flatMap(({ ruleId, messageId }) => (ruleId.startsWith('runtime-assume') ? [messageId] : [])),
    ).toEqual(['denied']));
});
