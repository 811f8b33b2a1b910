import {
  clustersWithIssuer,
  type Facts,
  isEksHost,
  looksLikeEks,
  type ProviderSubject,
  regionOfIssuer,
  zoneOfTrust,
} from '../../facts.ts';
import { type Role, stripScheme } from '../../model.ts';
import { phrase } from '../../text.ts';
import { rolesTrusting } from '../oidc/issuer-users.ts';
import { defineRule, failures, notApplicable, pass, unknown } from '../prelude.ts';

const fail = failures({
  imitated: [
    'issuer imitates EKS',
    '{roles} can be assumed by tokens of {issuer}, which looks like an issuer of EKS on a host that is not of AWS: whoever has that host signs any token',
  ],
  foreign: [
    'cluster is not audited',
    '{roles} can be assumed by pods of a cluster outside of the audited accounts, with issuer {issuer}',
  ],
});

/** A token proves who asks only where the cluster is one's own: the name of a namespace is the same in every cluster. */
export const issuerOutside = defineRule({
  id: 'issuer-outside',
  kind: 'provider',
  impact: 'exposes',
  severity: 'critical',
  shownAt: 'provider-exists',
  title: 'Roles trust issuers of audited clusters',
  fault: 'A role trusts an issuer of no audited cluster',
  says: fail.says,
  needs: ['providers'],
  why: 'Whoever runs a cluster gives its service accounts any name, and so has every role that trusts its issuer, however exact the subject. An issuer such as https://oidc.eks.eu-west-1.amazonaws.example/id/… or https://k8s.example/id/… with an id as EKS makes them looks like one of EKS and is somebody’s. An issuer of EKS that answers and is of no audited cluster is low, since it may be of another account of yours; it is medium where the configuration names the issuers that are trusted (`trusted.issuers`), or all accounts of the organization were read.',
  fix: 'Remove the statement and the provider, or audit the account of the cluster; an issuer that you know is named in `trusted.issuers`.',
  references: ['docs/facts.md §A.8, §F.4', 'docs/security.md'],
  check: (subject, facts) => {
    const { issuer } = subject;
    if (!looksLikeEks(issuer)) return notApplicable;
    if (isKnown(issuer, facts)) return pass;
    const isImitated = !isEksHost(issuer);
    if (!isImitated) {
      const isThere = answers(issuer, facts);
      if (isThere === false || !isRegionAudited(issuer, facts)) return notApplicable;
      if (isThere === undefined) return unknown('unread', `whether ${issuer} answers`);
      if (!isRegionRead(issuer, facts)) return unknown('unread', `the clusters of ${regionOfIssuer(issuer)}`);
    }
    const roles = rolesTrusting(subject.id, facts);
    if (roles.length === 0)
      return facts.snapshot.roles.status === 'complete' ? pass : unknown('unread', 'the roles that trust the provider');
    return failureOf(subject, roles, isImitated, facts);
  },
});

const isKnown = (issuer: string, facts: Facts): boolean =>
  clustersWithIssuer(facts.fleet, issuer).length > 0 ||
  zoneOfTrust(facts).issuers.has(stripScheme(issuer)) ||
  facts.settings.registeredIssuers.some(known => stripScheme(known) === stripScheme(issuer));

/** An issuer of EKS that answers has a cluster, somewhere. Undefined where it was not read, or no issuer was. */
const answers = (issuer: string, { issuers }: Facts): boolean | undefined => {
  const probed = issuers[issuer]?.discovery;
  if (probed === undefined) return Object.keys(issuers).length === 0 ? undefined : false;
  if (probed.status === 'complete') return probed.value.issuer === issuer;
  return probed.status === 'unavailable' && probed.reason.kind === 'not-found' ? false : undefined;
};

const isRegionAudited = (issuer: string, { snapshot }: Facts): boolean =>
  snapshot.regions.some(({ region }) => region === regionOfIssuer(issuer));

/** Every cluster of its region in the audited accounts was read: it is of none of these. */
const isRegionRead = (issuer: string, { fleet }: Facts): boolean =>
  fleet.gaps.every(gap => gap.region !== undefined && gap.region !== regionOfIssuer(issuer));

/** Every account of the organization was read: the cluster is of none of them. */
const isOrganizationRead = ({ fleet: { organization, accounts } }: Facts): boolean => {
  if (organization?.status !== 'complete') return false;
  const read = new Set(accounts.map(({ accountId }) => accountId));
  return organization.value.accounts.every(account => read.has(account));
};

const failureOf = ({ id, issuer }: ProviderSubject, roles: readonly Role[], isImitated: boolean, facts: Facts) => {
  const names = { roles: roles.map(({ name }) => name), issuer };
  const foreign = zoneOfTrust(facts).issuers.size > 0 || isOrganizationRead(facts) ? 'medium' : 'low';
  const said = fail[isImitated ? 'imitated' : 'foreign'](names).severity(isImitated ? 'critical' : foreign);
  const read = 'eks:DescribeCluster in all audited accounts and regions';
  return (
    isImitated
      ? said.evidence('issuer', `provider ${id}`, issuer, phrase('a host of EKS'))
      : said.evidence('clusters with this issuer', read, phrase('none'))
  )
    .opens({ roleArns: roles.map(({ arn }) => arn), how: isImitated ? 'proven' : 'doubtful' })
    .place({ providerArn: id, issuer })
    .fix({
      summary: 'Remove the statements for the provider from the trust policies, then the provider.',
      choice: isImitated
        ? 'Who made the provider, and what assumed the roles: look for AssumeRoleWithWebIdentity in CloudTrail first.'
        : 'Whose cluster it is: if it is yours, audit its account, or name its issuer in "trusted.issuers".',
    });
};
