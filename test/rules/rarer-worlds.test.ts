/** Single worlds for branches that no other test reaches: what is said of each, all of it compared with the golden file. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import { ruleById } from '../../lib/rules/catalog.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aNetwork, aPolicy, aPort, cniAgent } from '../support/example-network.ts';
import { aHost, anIssuer, aProvider, aRole, aTrustPolicy, exampleIssuer, someFacts } from '../support/example-world.ts';
import { aGap, annotatedWith, denied, withPods, worldOf } from '../support/in-cluster-world.ts';
import { examplesOf } from '../support/rule-examples.ts';
import { evaluate } from '../support/whole/evaluate.ts';
import { anAssociation } from './pod-identity/example-association.ts';
import { aud, exact, other, otherProvider, policy, provider, statement, sub } from './trust/judge.ts';

const untrusted = { verdict: 'untrusted', why: 'self-signed certificate' } as const;
const registered = 'https://k8s.example';
const ofService = (service: string) => ({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' });
const asDefault = (trustPolicy: string) =>
  worldOf(
    { serviceAccounts: complete([aServiceAccount({ name: 'default' })]), pods: complete([]) },
    { roles: complete([aRole({ trustPolicy })]) },
  );
const associated = (trustPolicy: string): Facts =>
  someFacts({
    roles: complete([aRole({ trustPolicy })]),
    clusters: complete([aReadCluster({}, { podIdentity: complete([anAssociation({ roleArn: aRole().arn })]) })]),
  });
const tested = (condition: unknown, over: Record<string, unknown> = {}) => statement({ Condition: condition, ...over });

test.each<readonly [rule: string, title: string, facts: () => Facts]>([
  [
    'cluster-provider-missing',
    'the account has no room for a provider',
    () =>
      someFacts({
        providers: complete([aProvider({ issuer: registered })]),
        quotas: complete({ oidcProviders: 1, trustPolicyLength: 2048 }),
      }),
  ],
  [
    'issuer-certificate-untrusted',
    'the providers of a registered issuer were read in part',
    () =>
      someFacts({
        providers: withGaps([], [aGap('iam:ListOpenIDConnectProviders')]),
        settings: { registeredIssuers: [registered] },
        issuers: [
          anIssuer(),
          anIssuer({ url: registered, host: complete(aHost({ host: 'k8s.example', trust: untrusted })) }),
        ],
      }),
  ],
  [
    'pod-identity-role-not-trusting',
    'the trust policy has one statement, and no list',
    () => associated(JSON.stringify({ Version: '2012-10-17', Statement: ofService('ec2.amazonaws.com') })),
  ],
  [
    'pod-identity-role-not-trusting',
    'the trust policy is encoded',
    () => associated(encodeURIComponent(policy(ofService('ec2.amazonaws.com')))),
  ],
  [
    'trust-subject-malformed',
    'the trust policy is encoded',
    () =>
      someFacts({
        roles: complete([
          aRole({ trustPolicy: encodeURIComponent(aTrustPolicy({ subject: 'system:serviceaccount:Checkout:cart' })) }),
        ]),
      }),
  ],
  [
    'service-account-on-default',
    'the role depends on the request',
    () => asDefault(policy(tested({ StringLike: { [sub]: '*' }, IpAddress: { 'aws:SourceIp': '52.0.0.0/8' } }))),
  ],
  [
    'service-account-on-default',
    'the role trusts every service account of the namespace',
    () => asDefault(policy(tested({ StringLike: { [sub]: 'system:serviceaccount:checkout:*' } }))),
  ],
  [
    'service-account-role-not-trusting',
    'everyone but its provider',
    () =>
      worldOf(annotatedWith({}), {
        roles: complete([
          aRole({ trustPolicy: policy(statement({ Principal: undefined, NotPrincipal: { Federated: provider } })) }),
        ]),
      }),
  ],
  [
    'service-account-role-not-trusting',
    'a second role was made for it, and a ConfigMap names the roles',
    () =>
      worldOf(annotatedWith({}, { configMap: 'kube-system/pod-identity-webhook' }), {
        roles: complete([
          aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:checkout:old' }) }),
          aRole({ name: 'second' }),
        ]),
      }),
  ],
  [
    'role-trust-mixed',
    'two services beside pods and a Deny',
    () =>
      someFacts({
        roles: complete([
          aRole({
            trustPolicy: policy(
              statement(),
              ofService('lambda.amazonaws.com'),
              ofService('ec2.amazonaws.com'),
              statement({ Effect: 'Deny', Condition: { StringEquals: { [sub]: `${exact}s` } } }),
            ),
          }),
        ]),
      }),
  ],
  [
    'trust-provider-missing',
    'two providers, one of which is gone',
    () =>
      someFacts({
        roles: complete([
          aRole({
            trustPolicy: policy(statement({ Principal: { Federated: [provider, otherProvider, `${provider}0`] } })),
          }),
        ]),
      }),
  ],
  [
    'trust-provider-missing',
    'the providers were not read',
    () =>
      someFacts({
        providers: unavailable(denied),
        roles: complete([aRole({ trustPolicy: policy(statement({ Principal: { Federated: otherProvider } })) })]),
      }),
  ],
  [
    'role-trusts-dead-cluster',
    'its issuer is a registered one',
    () =>
      someFacts({
        settings: { registeredIssuers: [`https://${other}/`] },
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: `https://${other}` }) })]),
      }),
  ],
  [
    'trust-key-issuer-mismatch',
    'a key without an issuer, and two providers',
    () =>
      someFacts({
        providers: complete([aProvider(), aProvider({ issuer: `https://${other}` })]),
        roles: complete([
          aRole({
            trustPolicy: policy(
              tested(
                { StringEquals: { sub: exact, aud: 'sts.amazonaws.com' } },
                { Principal: { Federated: [provider, otherProvider] } },
              ),
            ),
          }),
        ]),
      }),
  ],
  [
    'trust-subject-literal-wildcard',
    'a wildcard under an operator that excludes, in an Allow and in a Deny',
    () =>
      someFacts({
        roles: complete([
          aRole({
            trustPolicy: policy(
              tested({
                StringNotEquals: { [sub]: 'system:serviceaccount:checkout:*' },
                StringEquals: { [aud]: 'sts.amazonaws.com' },
              }),
              tested({ StringNotEquals: { [sub]: 'system:serviceaccount:*:cart' } }, { Effect: 'Deny' }),
            ),
          }),
        ]),
      }),
  ],
  [
    'trust-condition-expired',
    'two dates, of which the first closes for good',
    () =>
      someFacts({
        roles: complete([
          aRole({
            trustPolicy: policy(
              tested({
                StringEquals: { [sub]: exact, [aud]: 'sts.amazonaws.com' },
                DateLessThan: { 'aws:CurrentTime': '2026-02-01T00:00:00Z' },
                DateGreaterThan: { 'aws:CurrentTime': '2026-01-01T00:00:00Z' },
              }),
            ),
          }),
        ]),
      }),
  ],
  [
    'issuer-outside',
    'a trusted issuer of another spelling',
    () =>
      someFacts({
        settings: {
          trusted: { organizations: [], accounts: [], principals: [], issuers: [`https://${other}`], owners: [] },
        },
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: `https://${other}` }) })]),
        issuers: [anIssuer(), anIssuer({ url: `https://${other}` })],
        providers: complete([aProvider(), aProvider({ issuer: exampleIssuer.replace('5C1D', '0000') })]),
      }),
  ],
  [
    'provider-orphaned',
    'a part of a fleet of forty clusters',
    () => {
      const { fleet, ...facts } = examplesOf({ id: 'provider-orphaned' }).fail.facts();
      return { ...facts, fleet: { ...fleet, clusterCount: 40 } };
    },
  ],
  [
    'pod-egress-closed',
    'a pod on Fargate beside a policy for a block',
    () =>
      worldOf({
        ...withPods(aPod({ onFargate: true }), cniAgent),
        podNetwork: complete({
          policies: [aPolicy({ rules: [aPort('UDP', 53), aPort('TCP', 443, '52.94.0.0/16')] })],
          groups: [],
        }),
      }),
  ],
  [
    'trust-provider-missing',
    'another statement names the provider that would be created',
    () =>
      someFacts({
        providers: complete([]),
        roles: complete([
          aRole({
            trustPolicy: policy(
              statement({ Principal: { Federated: otherProvider } }),
              tested({ StringLike: { [sub]: 'system:serviceaccount:checkout:*' } }),
            ),
          }),
        ]),
      }),
  ],
  [
    'pod-egress-closed',
    'a pod of EKS Pod Identity whose security group has no rule out',
    () =>
      worldOf(
        {
          ...withPods(
            aPod({
              hasOwnInterface: true,
              containers: [
                aContainer({ irsaEnvironment: { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/' } }),
              ],
            }),
          ),
          podNetwork: complete({
            policies: [],
            groups: [
              {
                namespace: 'checkout',
                name: 'cart',
                podSelector: { matchLabels: {}, matchExpressions: [] },
                groupIds: ['sg-pod'],
              },
            ],
          }),
        },
        {},
        { network: complete(aNetwork({ securityGroups: [{ id: 'sg-pod', ingress: [], egress: [] }] })) },
      ),
  ],
  [
    'trust-any-subject',
    'a test on another key alone',
    () =>
      someFacts({
        roles: complete([aRole({ trustPolicy: policy(tested({ StringEquals: { [aud]: 'sts.amazonaws.com' } })) })]),
      }),
  ],
])('%s: %s', (ruleId, _title, facts) => {
  const rule = ruleById(ruleId);
  if (rule === undefined) throw new Error(`there is no rule ${ruleId}`);
  const { gaps } = evaluate(facts(), { rules: [rule] });
  expect(gaps.filter(({ section }) => section === 'rule')).toEqual([]);
});
