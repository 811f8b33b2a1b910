import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import type { Fix } from '../../lib/model/finding.ts';
import { fixInWords } from '../../lib/plan/chosen-fix.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aud, deny, exact, host, policy, provider, statement, sub, where, worldOf } from '../rules/trust/judge.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import {
  aCertificate,
  aHost,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';

/** A fix names the cause, and would not make the fault worse. */

const own = { [aud]: 'sts.amazonaws.com', [sub]: exact };
const kops = 'https://kops-state.s3.eu-west-1.amazonaws.com/shop.example.com';
const kopsHost = kops.replace('https://', '');
const chain = [aCertificate({ subject: 'CN=Shop CA', issuer: 'CN=Shop CA', sha1: '9'.repeat(40), isSelfSigned: true })];
const servedBy = (why: string): Facts =>
  someFacts({
    issuers: [
      anIssuer(),
      anIssuer({
        url: kops,
        host: complete(aHost({ host: kopsHost.split('/')[0] ?? '', chain, trust: { verdict: 'untrusted', why } })),
      }),
    ],
    providers: complete([aProvider(), aProvider({ issuer: kops })]),
    settings: { registeredIssuers: [kops] },
  });
const unread = { kind: 'denied', operation: 'GET', message: 'HTTP 403' } as const;
const bucket = (): Facts =>
  someFacts({
    issuers: [anIssuer({ url: kops, discovery: unavailable(unread), keys: unavailable(unread) })],
    providers: complete([aProvider(), aProvider({ issuer: kops })]),
    settings: { registeredIssuers: [kops] },
  });
/** Of kOps and ROSA: a provider with an audience of its own, and a policy that tests none. */
const audienceOf = (audience: string): Facts =>
  worldOf(aTrustPolicy({ issuer: kops, condition: { StringEquals: { [`${kopsHost}:sub`]: exact } } }), {
    providers: complete([aProvider(), aProvider({ issuer: kops, audiences: [audience] })]),
    settings: { registeredIssuers: [kops] },
  });
const gone = exampleIssuer.replace('5C1D2E3F', '00000000').slice('https://'.length);
const revision = 'system:serviceaccount:checkout:provider-aws-s3-1a2b3c4d5e6f';

interface Case {
  readonly title: string;
  readonly ruleId: string;
  readonly facts: Facts;
  readonly says: RegExp;
  readonly not?: RegExp;
}
const cases: readonly Case[] = [
  {
    title: 'a Deny on a key that no request of a pod has, as in a data perimeter',
    ruleId: 'trust-never-matches',
    facts: worldOf(
      policy(statement(), deny({ StringNotEquals: { 'aws:PrincipalOrgID': 'o-example1234' } }, { Sid: 'Perimeter' })),
    ),
    says: /out of Perimeter, or add to it Null false for aws:PrincipalOrgID: no request of a pod has the key/,
    not: /Change Statement\[0\]/,
  },
  {
    title: 'a Deny that covers the Allow',
    ruleId: 'trust-never-matches',
    facts: worldOf(policy(statement(), deny({ StringEquals: { [sub]: exact } }, { Sid: 'NotThis' }))),
    says: /^Change NotThis so that it does not deny what Statement\[0\] allows/,
  },
  {
    title: 'a test on a key that tokens never have',
    ruleId: 'trust-never-matches',
    facts: worldOf(where({ StringEquals: { ...own, 'aws:PrincipalOrgID': 'o-example1234' } })),
    says: /^Remove StringEquals aws:PrincipalOrgID in Statement\[0\]: no token has the key/,
  },
  {
    title: 'a Deny with StringNotEquals and a star',
    ruleId: 'trust-subject-literal-wildcard',
    facts: worldOf(policy(statement(), deny({ StringNotEquals: { [sub]: 'system:serviceaccount:checkout:*' } }))),
    says: /^Compare the subject with StringNotLike/,
    not: /list|StringEquals/,
  },
  {
    title: 'a window that has not begun',
    ruleId: 'trust-condition-expired',
    facts: worldOf(where({ StringEquals: own, DateGreaterThan: { 'aws:CurrentTime': '2027-06-01T00:00:00Z' } })),
    says: /^Wait until 2027-06-01T00:00:00.*, or set an earlier start/,
    not: /later date in/,
  },
  ...['amazonaws.com', 'openshift'].map(audience => ({
    title: `an issuer whose tokens have the audience ${audience}`,
    ruleId: 'trust-audience-unchecked',
    facts: audienceOf(audience),
    says: new RegExp(`:aud for ${audience}\\.`),
    not: /sts\.amazonaws\.com/,
  })),
  {
    title: 'a negated test on the audience',
    ruleId: 'trust-audience-impossible',
    facts: worldOf(where({ StringEquals: { [sub]: exact }, StringNotEquals: { [aud]: 'sts.amazonaws.com' } })),
    says: /the tests exclude those of the provider|Test .*:aud for sts/,
    not: /ask for sts\.amazonaws\.com \(/,
  },
  {
    title: 'an issuer in a bucket that nobody may read',
    ruleId: 'issuer-unreachable',
    facts: bucket(),
    says: /block on public access/,
    not: /AWS Support/,
  },
  {
    title: 'a statement that a deleted cluster left in a role that pods use',
    ruleId: 'trust-provider-missing',
    facts: worldOf(
      policy(
        statement(),
        statement({
          Principal: { Federated: provider.replace(host, gone) },
          Condition: { StringEquals: { [`${gone}:aud`]: 'sts.amazonaws.com', [`${gone}:sub`]: exact } },
        }),
      ),
    ),
    says: /^Remove .* from Statement\[1\] of checkout-cart/,
    not: /delete the role|Name the provider/,
  },
  {
    title: 'a role on the service account default',
    ruleId: 'service-account-on-default',
    facts: someFacts({
      roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:default' }) })]),
      clusters: complete([
        aReadCluster({ serviceAccounts: complete([aServiceAccount({ name: 'default' })]), pods: complete([]) }),
      ]),
    }),
    says: /remove system:serviceaccount:checkout:default from the trust policy/,
  },
  {
    title: 'a container that is skipped',
    ruleId: 'pod-container-uncovered',
    facts: someFacts({
      clusters: complete([
        aReadCluster({
          pods: complete([
            aPod({
              annotations: { 'eks.amazonaws.com/skip-containers': 'b' },
              containers: [aContainer(), aContainer({ name: 'b', awsVariables: [], irsaEnvironment: {}, mounts: {} })],
            }),
          ]),
        }),
      ]),
    }),
    says: /^Remove the container from eks\.amazonaws\.com\/skip-containers/,
    not: /[Rr]estart/,
  },
  {
    title: 'tokens that have expired',
    ruleId: 'runtime-assume-failing',
    facts: someFacts({
      runtime: complete({
        from: '2026-10-31T23:00:00Z',
        to: '2026-11-01T06:00:00Z',
        events: [
          {
            roleArn: aRole().arn,
            subject: exact,
            providerArn: provider,
            region: 'eu-west-1',
            successes: 0,
            failures: [
              {
                errorCode: 'ExpiredTokenException',
                errorMessage: 'Token expired',
                count: 3,
                lastAt: '2026-11-01T05:30:00Z',
              },
            ],
            userAgents: [],
            verificationMethods: [],
            lastAt: '2026-11-01T05:30:00Z',
          },
        ],
      }),
    }),
    says: /reads the token file once.*clock is wrong/,
  },
  {
    title: 'a private CA',
    ruleId: 'provider-thumbprint-mismatch',
    facts: servedBy('the chain ends at CN=Shop CA, which is not a public certificate authority'),
    says: /^First find out who issued .* Set the thumbprint 9{40} only if CN=Shop CA is your own CA and AWS sees/,
  },
  {
    title: 'a certificate that has ended',
    ruleId: 'issuer-certificate-untrusted',
    facts: servedBy('CN=shop ended on 2026-10-01T00:00:00.000Z'),
    says: /^Renew the certificates of .*ended on/,
    not: /publicly trusted CA/,
  },
  {
    title: 'a certificate for another name',
    ruleId: 'issuer-certificate-untrusted',
    facts: servedBy("the server's certificate is for DNS:other.example, not for kops-state.s3.eu-west-1.amazonaws.com"),
    says: /^Give .* a certificate for its own name/,
    not: /publicly trusted CA/,
  },
  {
    title: 'a name that ends with the hash of a revision',
    ruleId: 'trust-any-service-account-in-namespace',
    facts: worldOf(
      where({
        StringLike: { [sub]: 'system:serviceaccount:checkout:*' },
        StringEquals: { [aud]: 'sts.amazonaws.com' },
      }),
      {
        clusters: complete([
          aReadCluster({
            serviceAccounts: complete([aServiceAccount({ name: revision.split(':')[3] ?? '' })]),
            pods: complete([]),
          }),
        ]),
      },
    ),
    says: /DeploymentRuntimeConfig.*no wider than system:serviceaccount:checkout:provider-aws-s3-\*/s,
  },
];

describe('the fix of', () => {
  test.each(cases)('$title', ({ ruleId, facts, says, not }) => {
    const { findings } = evaluate(facts, { rules: catalog });
    const found = findings.find(one => one.ruleId === ruleId);
    if (found === undefined) throw new Error(`found ${findings.map(one => `${one.ruleId} ${one.message}`).join('; ')}`);
    const text = fixInWords(found.fix satisfies Fix);
    expect(text).toMatch(says);
    if (not !== undefined) expect(text).not.toMatch(not);
  });
});

/** Crossplane: twelve hexadecimal digits, from the hash of a revision. */
test.each([
  ['provider-aws-s3-0123456789ab', true],
  ['provider-aws-s3-0123456789a', false],
  ['provider-aws-s3-0123456789abc', false],
  ['provider-aws-s3-0123456789ag', false],
  ['provider-aws-s3-deadbeef', false],
  ['0123456789ab', false],
])('a service account %s has the hash of a revision at its end: %s', (name, isRevision) => {
  const trusted = where({
    StringLike: { [sub]: 'system:serviceaccount:checkout:*' },
    StringEquals: { [aud]: 'sts.amazonaws.com' },
  });
  const serviceAccounts = complete([aServiceAccount({ name })]);
  const facts = worldOf(trusted, { clusters: complete([aReadCluster({ serviceAccounts, pods: complete([]) })]) });
  const { findings } = evaluate(facts, { rules: catalog });
  const found = findings.find(({ ruleId }) => ruleId === 'trust-any-service-account-in-namespace');
  const text = found === undefined ? '' : fixInWords(found.fix satisfies Fix);
  expect(text).toContain(`system:serviceaccount:checkout:${name}`);
  expect(text.includes('DeploymentRuntimeConfig')).toBe(isRevision);
});
