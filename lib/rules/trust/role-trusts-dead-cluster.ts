import {
  clusterNameInTags,
  clustersOf,
  clustersWithIssuer,
  type EksPrincipal,
  type Facts,
  isAsked,
  isMeantForEks,
  notAuthorized,
  type RoleSubject,
  regionOfIssuer,
} from '../../facts.ts';
import {
  cleanIssuer,
  type FixDraft,
  type IndexedCluster,
  providerArnBeside,
  providerHostPath,
  type Role,
  valueOr,
} from '../../model.ts';
import { mayCover, namesPrincipal } from '../../policy.ts';
import { given } from '../../text.ts';
import { lookUpProvider } from '../access/trust-context.ts';
import { clustersLike, differencesInWords, isDisputed } from '../oidc/issuer-likeness.ts';
import { mayStillLive } from '../oidc/issuer-liveness.ts';
import { defineRule, notApplicable, pass, unknown } from '../prelude.ts';
import { principalFix, providerUsed } from './policy-edit/principal-fix.ts';
import { allowStatements, trustedEksPrincipals } from './statement/role-trust.ts';

/** A cluster that was created again has a new issuer: roles that still trust the old one are dead. */
export const roleTrustsDeadCluster = defineRule({
  id: 'role-trusts-dead-cluster',
  kind: 'role',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'role-trust-policy',
  title: 'Roles for service accounts trust a cluster that exists',
  fault: 'The role trusts a cluster that does not exist',
  says: {
    gone: ['trusted cluster is gone', 'no cluster that role {role} trusts exists'],
    recreated: [
      'cluster created again',
      'no cluster that role {role} trusts exists; cluster {cluster} was created again and has another issuer',
    ],
    used: [
      'trusted cluster is gone',
      'no cluster that role {role} trusts exists; cluster {cluster} has its service account, and another issuer',
    ],
    alias: [
      'another name of the issuer',
      'role {role} trusts cluster {cluster} under another issuer than the one in its tokens, which differs {differences}',
    ],
  },
  needs: ['roles', 'providers', 'clusters'],
  why: 'A cluster that is deleted and created again under the same name gets another issuer. No pod of the new cluster can assume a role that trusts only the old issuer: it fails with AccessDenied.',
  fix: 'Name the provider of the new cluster in the trust policy, or delete the role with its cluster.',
  references: ['https://github.com/aws/containers-roadmap/issues/1579', 'docs/facts.md §B.7'],
  check: (subject, facts, fail) => {
    const principals = trustedEksPrincipals(subject, facts);
    if (principals.length === 0) return notApplicable;
    if (principals.some(principal => isAlive(principal, facts))) return pass;
    const [alias] = principals.flatMap(({ hostPath }) => clustersLike(cleanIssuer(hostPath), facts));
    if (alias && isDisputed(alias, facts))
      return unknown('unread', `the issuer in tokens of the IPv6 cluster ${alias.cluster.name}: read its inside`);
    const open = principals
      .map(principal => mayStillLive(`https://${cleanIssuer(principal.hostPath)}`, principal.arn, facts))
      .find(question => question !== undefined);
    if (!alias && open !== undefined) return unknown('unread', open);
    const again = principals.map(principal => createdAgain(principal, subject, facts)).find(Boolean);
    const successor = alias?.cluster ?? again ?? clusterUsing(subject, principals, facts);
    const role = subject.role.name;
    const named = { role, cluster: successor?.name ?? '' };
    return (
      alias
        ? fail.alias({ ...named, differences: differencesInWords(alias.differences) })
        : successor
          ? fail[again ? 'recreated' : 'used'](named)
          : fail.gone({ role })
    )
      .pieces(
        ...principals.map(({ hostPath }) => ({
          what: 'trusted issuer',
          got: cleanIssuer(hostPath),
          ...given({ wanted: successor?.issuer }),
          readFrom: 'eks:DescribeCluster of every cluster',
        })),
      )
      .podError(notAuthorized)
      .explains([
        ...principals.map(({ arn }) => ({ ruleId: 'trust-never-matches', subject: subject.id, discriminator: arn })),
        // The old provider is left over by the same event, and needed until no role trusts it.
        ...(successor && !alias ? principals.map(({ arn }) => ({ ruleId: 'provider-orphaned', subject: arn })) : []),
      ])
      .place(successor && { clusterName: successor.name, clusterArn: successor.arn, region: successor.region })
      .fix(successorFix(subject, principals, successor, facts));
  },
});

/** The cluster of the name that the old one had, in its region and in the account itself: in another account anybody may take a
 *  name that is free. */
const createdAgain = (principal: EksPrincipal, { role }: RoleSubject, facts: Facts): IndexedCluster | undefined => {
  const name = clusterNameOf(principal, role, facts);
  const region = regionOfIssuer(principal.hostPath);
  return facts.fleet.clusters.find(
    one =>
      one.accountId === facts.snapshot.accountId &&
      one.name === name &&
      one.issuer !== undefined &&
      (region === undefined || one.region === region),
  );
};

/** The cluster whose service account, named by the statement, has the role by its annotation; undefined where what could not be
 *  read may hold another one. */
const clusterUsing = (
  subject: RoleSubject,
  [principal]: readonly EksPrincipal[],
  facts: Facts,
): IndexedCluster | undefined => {
  if (mayHideUsers(facts)) return undefined;
  const statement = principal && statementOf(subject, principal);
  const used = statement && providerUsed(principal.arn, { ...subject, statement }, facts);
  return clustersWithIssuer(facts.fleet, providerHostPath(used ?? '') ?? '')[0];
};

const mayHideUsers = ({ snapshot, fleet }: Facts): boolean =>
  snapshot.providers.status !== 'complete' ||
  fleet.gaps.length > 0 ||
  clustersOf(snapshot).some(
    ({ kubernetes }) =>
      isAsked(kubernetes) &&
      (kubernetes.status === 'unavailable' ||
        [kubernetes.value.serviceAccounts, kubernetes.value.namespaces].some(({ status }) => status !== 'complete')),
  );

/** The first statement that allows a principal web identity. A statement for another action makes no role for service accounts. */
const statementOf = (subject: RoleSubject, { arn }: EksPrincipal) =>
  allowStatements(subject).find(one => mayCover(one) && namesPrincipal(one, arn));

/** Some cluster has the issuer, or it is not of EKS: self-managed clusters are in no list of EKS. */
const isAlive = (principal: EksPrincipal, { fleet, settings }: Facts): boolean => {
  const issuer = cleanIssuer(principal.hostPath);
  return (
    !isMeantForEks(issuer) ||
    clustersWithIssuer(fleet, issuer).length > 0 ||
    settings.registeredIssuers.some(known => cleanIssuer(known) === issuer)
  );
};

/** The name of the cluster that a provider was made for, as far as tags of the provider or of the role tell. */
const clusterNameOf = (principal: EksPrincipal, role: Role, facts: Facts): string | undefined => {
  const found = lookUpProvider(principal.arn, facts);
  const detail = found.status === 'found' ? valueOr(found.provider.detail, undefined) : undefined;
  return clusterNameInTags(detail?.tags) ?? clusterNameInTags(valueOr(role.detail, undefined)?.tags);
};

/** The fix of a role whose clusters are gone: the successor's provider in the place of the first one, if there is one. */
const successorFix = (
  subject: RoleSubject,
  principals: readonly EksPrincipal[],
  successor: IndexedCluster | undefined,
  facts: Facts,
): FixDraft => {
  const [principal] = principals;
  const statement = principal && statementOf(subject, principal);
  if (principal && statement && successor?.issuer === undefined)
    return principalFix({ ...subject, statement }, principal.arn, undefined, facts);
  if (!principal || !statement || successor?.issuer === undefined)
    return {
      summary: `Name the provider of an existing cluster in the trust policy of ${subject.role.name}, or delete the role.`,
      choice: 'Which cluster the role is for.',
    };
  const to = providerArnBeside(subject.role.arn, successor.issuer);
  return principalFix({ ...subject, statement }, principal.arn, to, facts);
};
