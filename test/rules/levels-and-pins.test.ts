/** Roles of `default` by what they may do, providers by what they pin and by which name: what is said of each, all of it compared with the golden file. */
import { expect, test } from '@jest/globals';
import type { Facts } from '../../lib/facts/facts.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import { ruleById } from '../../lib/rules/catalog.ts';
import { aServiceAccount } from '../support/example-cluster.ts';
import {
  aCertificate,
  aCluster,
  aHost,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';
import { annotatedWith, denied, worldOf } from '../support/in-cluster-world.ts';
import { evaluate } from '../support/whole/evaluate.ts';
import { policy, statement, sub } from './trust/judge.ts';

const administrator = {
  rolePermissions: complete({
    roles: {},
    policies: {},
    levels: {
      [aRole().arn]: {
        level: 'administrator' as const,
        shown: { policy: 'p', statement: 'Statement[0]', action: '*', resource: '*' },
      },
    },
  }),
};
const theirs = aRole().arn.replace('111122223333', '444455556666');
const untrusted = { verdict: 'untrusted', why: 'self-signed certificate' } as const;
const registered = 'https://k8s.example';
const tested = (condition: unknown) => statement({ Condition: condition });
const asDefault = (trustPolicy: string) =>
  worldOf(
    { serviceAccounts: complete([aServiceAccount({ name: 'default' })]), pods: complete([]) },
    { roles: complete([aRole({ trustPolicy })]) },
  );

test.each<readonly [rule: string, title: string, facts: () => Facts]>([
  ...(
    [
      ['trusts it', aTrustPolicy({ subject: 'system:serviceaccount:checkout:default' })],
      ['refuses it', aTrustPolicy()],
      [
        'depends on the request',
        policy(tested({ StringLike: { [sub]: '*' }, IpAddress: { 'aws:SourceIp': '52.0.0.0/8' } })),
      ],
    ] as const
  ).map(
    ([title, trustPolicy]) =>
      [
        'service-account-on-default',
        `an administrator that ${title}`,
        () => ({ ...asDefault(trustPolicy), snapshot: { ...asDefault(trustPolicy).snapshot, ...administrator } }),
      ] as const,
  ),
  ...(
    [
      ['pins its last certificate', aProvider({ issuer: registered, thumbprints: ['3'.repeat(40)] })],
      ['pins another', aProvider({ issuer: registered })],
      ['was not described', aProvider({ issuer: registered, detail: unavailable(denied) })],
    ] as const
  ).map(
    ([title, one]) =>
      [
        'issuer-certificate-untrusted',
        `a provider that ${title}`,
        () =>
          someFacts({
            providers: complete([one]),
            settings: { registeredIssuers: [registered] },
            issuers: [
              anIssuer(),
              anIssuer({
                url: registered,
                host: complete(
                  aHost({ host: 'k8s.example', trust: untrusted, chain: [aCertificate({ sha1: '3'.repeat(40) })] }),
                ),
              }),
            ],
          }),
      ] as const,
  ),
  ...(['service-account-role-not-trusting', 'service-account-audience-refused'] as const).map(
    ruleId =>
      [
        ruleId,
        'a role of another account for another audience, and providers that were not read',
        () => {
          const { fleet, ...facts } = worldOf(annotatedWith({ 'eks.amazonaws.com/role-arn': theirs }), {
            providers: unavailable(denied),
          });
          const trustPolicy = aTrustPolicy({ accountId: '444455556666' }).replaceAll('sts.amazonaws.com"', 'vault"');
          const accounts = [...fleet.accounts, { accountId: '444455556666', rolesRead: true, providersRead: true }];
          return { ...facts, fleet: { ...fleet, accounts, roles: [...fleet.roles, { arn: theirs, trustPolicy }] } };
        },
      ] as const,
  ),
  [
    'cluster-provider-missing',
    'the dual-stack name, of a cluster whose family of addresses is not known',
    () => {
      const { ipFamily: _none, ...cluster } = aCluster();
      const dualStack = exampleIssuer.replace('oidc.eks.', 'oidc-eks.').replace('amazonaws.com', 'api.aws');
      const unread = { cluster, kubernetes: unavailable<never>(denied) };
      return worldOf({}, { providers: complete([aProvider({ issuer: dualStack })]) }, unread);
    },
  ],
])('%s: %s', (ruleId, _title, facts) => {
  const rule = ruleById(ruleId);
  if (rule === undefined) throw new Error(`there is no rule ${ruleId}`);
  const { gaps } = evaluate(facts(), { rules: [rule] });
  expect(gaps.filter(({ section }) => section === 'rule')).toEqual([]);
});
