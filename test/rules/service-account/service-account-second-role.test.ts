import { expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import type { PodIdentityAssociation } from '../../../lib/model/cluster.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aContainer, aPod, aServiceAccount } from '../../support/example-cluster.ts';
import { aRole, exampleAccountId } from '../../support/example-world.ts';
import { bareContainer, denied, verdicts, worldOf } from '../../support/in-cluster-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { anAssociation, aPodIdentityRole } from '../pod-identity/example-association.ts';
import { foreignAccount, run, withFleet } from './worlds.ts';

const zones = `arn:aws:iam::${exampleAccountId}:role/zones`;
const far = 'arn:aws:iam::444455556666:role/zones';
const first = aRole().arn;
const both = ['sts:AssumeRole', 'sts:TagSession'];
const policyOf = (Principal: object, Action: string | readonly string[] = 'sts:AssumeRole', Condition = {}): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal, Action, Condition }] });
const zonesRole = (trustPolicy: string) => aRole({ arn: zones, name: 'zones', trustPolicy });
const dns = (roleArn = zones): Pod => aPod({ containers: [aContainer({ assumesRole: roleArn })] });
const certManager = aPod({ controller: { name: 'cert-manager' } });
const controllerRoles = complete([
  { controller: 'cert-manager', namedBy: 'ClusterIssuer letsencrypt', roleArn: zones, by: 'role' },
] as const);

const trusted = (trustPolicy: string): Facts =>
  worldOf({ pods: complete([dns()]) }, { roles: complete([aRole(), zonesRole(trustPolicy)]) });
const ofIssuer = (trustPolicy: string, pod: Pod = certManager): Facts =>
  worldOf({ pods: complete([pod]), controllerRoles }, { roles: complete([aRole(), zonesRole(trustPolicy)]) });
const byPodIdentity = (action: string | readonly string[], over: Partial<PodIdentityAssociation> = {}): Facts =>
  worldOf(
    { pods: complete([dns()]) },
    {
      roles: complete([
        aRole(),
        aPodIdentityRole(),
        zonesRole(policyOf({ AWS: over.targetRoleArn ?? anAssociation().roleArn }, action)),
      ]),
    },
    { podIdentity: complete([anAssociation(over)]) },
  );
const elsewhere = (fleet: Partial<Facts['fleet']>): Facts =>
  withFleet(worldOf({ pods: complete([dns(far)]) }), { ...foreignAccount(true, true), ...fleet });

run('service-account-second-role', [
  ['a program without a second role', worldOf({}), []],
  ['the second role names the first', trusted(policyOf({ AWS: first })), []],
  [
    'with an external id, which is not read here',
    trusted(policyOf({ AWS: first }, 'sts:AssumeRole', { StringEquals: { 'sts:ExternalId': 'x' } })),
    [],
  ],
  ['it names the account', trusted(policyOf({ AWS: `arn:aws:iam::${exampleAccountId}:root` })), []],
  ['it names another role', trusted(policyOf({ AWS: `${first}-x` })), ['medium silent']],
  ['it names the provider alone', trusted(aRole().trustPolicy), ['medium silent']],
  ['it allows the first role another action', trusted(policyOf({ AWS: first }, 'sts:TagSession')), ['medium silent']],
  ['it names a unique id', trusted(policyOf({ AWS: 'AROA0123456789ABCDEF' })), ['unknown ambiguous']],
  ['there is no such role', worldOf({ pods: complete([dns()]) }), ['medium absent']],
  ['the role that the pods have already', worldOf({ pods: complete([dns(first)]) }), ['medium own']],
  [
    'that role, which trusts itself',
    worldOf({ pods: complete([dns(first)]) }, { roles: complete([aRole({ trustPolicy: policyOf({ AWS: first }) })]) }),
    [],
  ],
  [
    'roles were refused',
    worldOf({ pods: complete([dns()]) }, { roles: { status: 'unavailable', reason: denied } }),
    ['unknown unread'],
  ],
  ['a service account without a role', worldOf({ serviceAccounts: complete([]), pods: complete([dns()]) }), []],
  [
    'an issuer of cert-manager that the second role does not trust',
    ofIssuer(policyOf({ AWS: `${first}-x` })),
    ['medium silent'],
  ],
  ['an issuer of cert-manager that it trusts', ofIssuer(policyOf({ AWS: first })), []],
  ['an issuer, and a service account of something else', ofIssuer(policyOf({ AWS: `${first}-x` }), aPod()), []],
  ['tags of Pod Identity that the second role takes', byPodIdentity(both), []],
  ['tags that it does not take', byPodIdentity('sts:AssumeRole'), ['medium noTags']],
  ['tags that are off', byPodIdentity('sts:AssumeRole', { sessionTags: false }), []],
  ['the pods have the target role of the association', byPodIdentity(both, { targetRoleArn: first }), []],
  ['a role of an account that is not audited', elsewhere({ accounts: [] }), ['unknown not-asked-for']],
  ['a role of an audited account that is not there', elsewhere({ targets: [] }), ['medium absent']],
  [
    'a role of an audited account that trusts another one',
    elsewhere({ targets: [{ arn: far, trustPolicy: policyOf({ AWS: `${first}-x` }) }] }),
    ['medium silent'],
  ],
  [
    'a role of an audited account that trusts the first',
    elsewhere({ targets: [{ arn: far, trustPolicy: policyOf({ AWS: first }) }] }),
    [],
  ],
]);

/** The controller's service account names no role. */
const noFirst = (trustPolicy: string, over: Partial<Pod> = {}, roles = [aRole(), zonesRole(trustPolicy)]): Facts =>
  worldOf(
    {
      serviceAccounts: complete([aServiceAccount({ annotations: {} })]),
      pods: complete([
        aPod({ controller: { name: 'cert-manager' }, containers: [bareContainer()], volumes: [], ...over }),
      ]),
      controllerRoles,
    },
    { roles: complete(roles) },
  );
const forService = policyOf({ Service: 'ec2.amazonaws.com' });

run('service-account-second-role', [
  ['pods without a role, and a second role for web identity alone', noFirst(aRole().trustPolicy), ['medium noFirst']],
  ['pods without a role, and a second role for a service', noFirst(forService), ['medium noFirst']],
  ['pods without a role, and none by the name of the second', noFirst('', {}, [aRole()]), ['medium absent']],
  ['a second role that a role of the node may assume', noFirst(policyOf({ AWS: `${first}-node` })), []],
  ['a second role that everyone may assume', noFirst(policyOf({ AWS: '*' })), []],
  [
    'keys of the pod',
    noFirst(forService, { containers: [bareContainer({ awsVariables: ['AWS_ACCESS_KEY_ID'] })] }),
    [],
  ],
  ['a role that the template sets', noFirst(forService, { containers: [aContainer()] }), []],
  ['variables from elsewhere', noFirst(forService, { containers: [bareContainer({ hasEnvFrom: true })] }), []],
  ['a role of kube2iam', noFirst(forService, { annotations: { 'iam.amazonaws.com/role': 'dns' } }), []],
]);

test('a service account that has Pod Identity alone is asked too', () => {
  const facts = worldOf(
    { serviceAccounts: complete([aServiceAccount({ annotations: {} })]), pods: complete([dns()]) },
    {
      roles: complete([
        aRole({ trustPolicy: policyOf({ AWS: first }) }),
        aPodIdentityRole(),
        zonesRole(policyOf({ AWS: `${first}-x` })),
      ]),
    },
    { podIdentity: complete([anAssociation()]) },
  );
  expect(verdicts('service-account-second-role', facts)).toEqual(['medium silent']);
});

test('a role made for the pods is named in the annotation, and no longer in the issuer: one finding', () => {
  const findings = evaluate(noFirst(aRole().trustPolicy), { rules: catalog }).findings.filter(
    ({ severity }) => severity !== 'info',
  );
  expect(findings.map(({ ruleId, fix }) => [ruleId, fix.summary])).toEqual([
    [
      'service-account-second-role',
      'Name zones in the annotation of service account checkout/cart, and remove it from ClusterIssuer letsencrypt: its trust policy is for the pods themselves.',
    ],
  ]);
});
