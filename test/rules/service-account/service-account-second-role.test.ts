import type { Facts } from '../../../lib/facts/facts.ts';
import type { PodIdentityAssociation } from '../../../lib/model/cluster.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { aContainer, aPod } from '../../support/example-cluster.ts';
import { aRole, exampleAccountId } from '../../support/example-world.ts';
import { denied, worldOf } from '../../support/in-cluster-world.ts';
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
const certManager = aPod({ isCertManager: true });
const issuerRoles = complete([{ issuer: 'letsencrypt', roleArn: zones }]);

const trusted = (trustPolicy: string): Facts =>
  worldOf({ pods: complete([dns()]) }, { roles: complete([aRole(), zonesRole(trustPolicy)]) });
const ofIssuer = (trustPolicy: string, pod: Pod = certManager): Facts =>
  worldOf({ pods: complete([pod]), issuerRoles }, { roles: complete([aRole(), zonesRole(trustPolicy)]) });
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
