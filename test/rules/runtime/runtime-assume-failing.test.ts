import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import type { AssumeEvents } from '../../../lib/model/runtime.ts';
import { providerThumbprintMismatch } from '../../../lib/rules/provider/provider-thumbprint-mismatch.ts';
import { runtimeAssumeFailing } from '../../../lib/rules/runtime/runtime-assume-failing.ts';
import { aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { refused } from '../../support/in-cluster-world.ts';
import { reportedBy, verdictOf } from '../../support/verdict-of.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import {
  calling,
  failure,
  github,
  nameless,
  type Over,
  ofGitHub,
  refusedOnce,
  run,
  trusting,
  window,
} from './worlds.ts';

const failing = (successes: number, ...codes: readonly string[]) =>
  calling({ successes, failures: codes.map(code => failure(code)) });

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

const noProvider =
  'No OpenIDConnect provider found in your account for https://oidc.eks.cn-north-1.amazonaws.com.cn/id/0F1E2D3C4B5A69788796A5B4C3D2E1F0';

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
    ['high noAnswer'],
  ],
  [
    'does not take what fails more often than not as transient',
    failing(1, 'ThrottlingException', 'IDPCommunicationError'),
    ['high noAnswer'],
  ],
  ['does not take what always fails as transient', failing(0, 'IDPCommunicationError'), ['high noAnswer']],
  [
    'names the provider that AWS did not find, in its own words',
    calling({ successes: 0, failures: [{ ...failure('InvalidIdentityToken'), errorMessage: noProvider }] }),
    ['high noProvider'],
  ],
  ['names an expired token', failing(0, 'ExpiredTokenException'), ['high expired']],
  ['names the reason of any of several errors', failing(0, 'AccessDenied', 'ExpiredTokenException'), ['high expired']],
  ['names the region in which STS is not active', failing(0, 'RegionDisabledException'), ['high region']],
  [
    'names it where the role could not be read, too',
    calling(
      { successes: 0, failures: [{ ...failure('InvalidIdentityToken'), errorMessage: noProvider }] },
      { roles: refused },
    ),
    ['high noProvider'],
  ],
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
    ['high expired'],
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

// A cause has the severity of its effects: a thumbprint that AWS does not consult was told as high for a call that failed.
test.each([
  ['a chain of a public CA is no cause', {}, {}, ['low provider-thumbprint-mismatch', 'high runtime-assume-failing']],
  [
    'the error names it',
    { errorMessage: "OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint" },
    {},
    ['high provider-thumbprint-mismatch'],
  ],
  [
    'CloudTrail shows that AWS consults it',
    {},
    { verificationMethods: ['Thumbprint'] },
    ['high provider-thumbprint-mismatch'],
  ],
] as const)('a thumbprint that does not match, where %s', (_title, failed, over, told) => {
  const facts = calling(
    { failures: [failure('InvalidIdentityToken', failed)], ...over },
    { providers: complete([aProvider({ thumbprints: ['0'.repeat(40)] })]) },
  );
  const rules = [providerThumbprintMismatch, runtimeAssumeFailing];
  expect(
    evaluate(facts, { rules })
      .findings.map(({ severity, ruleId }) => `${severity} ${ruleId}`)
      .sort(),
  ).toEqual([...told].sort());
});
