/** The obstacles that keep a service account from EKS Pod Identity. */

import {
  addonOfAccount,
  agentAddon,
  audienceAsked,
  eksPrincipalsOf,
  type Facts,
  isAgent,
  isUnhealthy,
  podsOfServiceAccount,
  providerAudiences,
  trustQuestion,
} from '../../facts.ts';
import {
  type ClusterSnapshot,
  hasNoIssuer,
  managerByTags,
  notAskedFor,
  parseArn,
  providerHostPath,
  type Role,
  readFailuresOf,
  type ServiceAccount,
  stripScheme,
  unknownRegion,
  valueOr,
} from '../../model.ts';
import { defaultAudience, type Policy, subjectOf } from '../../policy.ts';
import { refusesTags } from '../../rules/access/naming-statements.ts';
import { listed, shellQuote } from '../../text.ts';

/** A cluster to which associations can be made, or why not. */
export const clusterObstacle = ({ cluster }: ClusterSnapshot): string | undefined => {
  if (cluster.region === unknownRegion)
    return 'EKS does not know the cluster by what was read: EKS Pod Identity is for clusters of EKS alone.';
  if (hasNoIssuer(cluster)) return 'It is a local cluster on AWS Outposts, where EKS Pod Identity is not available.';
  return cluster.status === 'ACTIVE' ? undefined : `It is ${cluster.status}.`;
};

/** Whether the agent of EKS Pod Identity runs; a sentence where that was not read. */
export const hasAgent = ({ cluster, addons, kubernetes }: ClusterSnapshot): boolean | string => {
  const addon = valueOr(addons, []).find(({ name }) => name === agentAddon);
  const status = addon?.detail?.status;
  if (isUnhealthy(status)) return `the add-on ${agentAddon} is ${status}, and pods would get no credentials`;
  if (cluster.autoMode || addon) return true;
  const pods = kubernetes.status === 'unavailable' ? kubernetes : kubernetes.value.pods;
  if (kubernetes.status !== 'unavailable' && valueOr(kubernetes.value.pods, []).some(isAgent)) return true;
  const [gap] = [addons, pods].flatMap(readFailuresOf);
  return gap === undefined ? false : `whether the agent runs was not read (${gap.operation}: ${gap.message})`;
};

/** The means by which an add-on or eksctl moves its own role; undefined where the role is neither's. */
export const ownMeans = (account: ServiceAccount, role: Role, snapshot: ClusterSnapshot): string | undefined => {
  const { cluster } = snapshot;
  const addon = addonOfAccount(snapshot, account);
  if (addon !== undefined)
    return `It is of the add-on ${addon.name}, which has its association by UpdateAddon, once the role trusts pods.eks.amazonaws.com: aws eks update-addon --cluster-name ${shellQuote(cluster.name)} --region ${shellQuote(cluster.region)} --addon-name ${shellQuote(addon.name)} --pod-identity-associations ${shellQuote(`serviceAccount=${account.name},roleArn=${role.arn}`)} --resolve-conflicts PRESERVE`;
  return managerByTags(valueOr(role.detail, undefined)?.tags ?? {})?.tool === 'eksctl'
    ? `Its role is of eksctl, which moves it itself: eksctl utils migrate-to-pod-identity --cluster ${shellQuote(cluster.name)} --region ${shellQuote(cluster.region)} shows the plan, and --approve runs it`
    : undefined;
};

/** Why a service account cannot have the role by EKS Pod Identity, or is not known to; undefined where nothing speaks against. */
export const accountObstacle = (
  account: ServiceAccount,
  role: Role,
  policy: Policy,
  snapshot: ClusterSnapshot,
  facts: Facts,
): string | undefined => {
  const { cluster, kubernetes } = snapshot;
  const roleAccount = parseArn(role.arn)?.accountId;
  if (roleAccount !== cluster.accountId)
    return `Role ${role.arn} is of account ${roleAccount}, and an association takes a role of account ${cluster.accountId}: make one there that may assume this one, name this one with --target-role-arn, and let this one trust it for sts:AssumeRole and sts:TagSession.`;
  if (kubernetes.status === 'unavailable') return `The pods of ${cluster.name} were not read.`;
  const [gap] = readFailuresOf(kubernetes.value.pods);
  if (gap !== undefined) return `The pods of ${cluster.name} were not all read (${gap.operation}: ${gap.message}).`;
  const pods = podsOfServiceAccount(kubernetes.value, account.namespace, account.name);
  const elsewhere = pods.find(({ onFargate, isWindows }) => onFargate || isWindows);
  if (elsewhere !== undefined)
    return `Pod ${elsewhere.name} runs on ${elsewhere.onFargate ? 'Fargate' : 'Windows'}, where EKS Pod Identity is not available.`;
  const audience = audienceAsked(account.annotations);
  if (audience !== defaultAudience)
    return `It asks for tokens with the audience ${JSON.stringify(audience)}, which EKS Pod Identity does not give.`;
  const keys = otherKeys(policy, stripScheme(cluster.issuer ?? ''), facts);
  if (keys.length > 0)
    return `The trust policy of ${role.name} tests ${listed(keys)}, which has no equal for EKS Pod Identity (session tags stand for the cluster, namespace and service account alone).`;
  const { ofTokens, unread } = permissionsOnTokens(role, stripScheme(cluster.issuer ?? ''), facts);
  if (ofTokens.length > 0)
    return `${listed(ofTokens)} of ${role.name} ${ofTokens.length === 1 ? 'tests' : 'test'} keys of a token, which sessions of EKS Pod Identity do not have: it would lose rights.`;
  if (unread.length > 0)
    return `Whether ${listed(unread)} of ${role.name} ${unread.length === 1 ? 'tests' : 'test'} keys of a token was not read: sessions of EKS Pod Identity do not have them.`;
  if (!hasItNow(account, role, snapshot, facts))
    return `It is not certain that it can assume ${role.name} today, and nobody gains a role by a move: irsa-auditor why serviceaccount/${account.name} -n ${account.namespace}.`;
  const second = valueOr(facts.snapshot.roles, []).filter(one => one.arn !== role.arn && refusesTags(role.arn, one));
  if (second.length === 0) return undefined;
  const names = listed(second.map(({ name }) => name));
  const [verb, them] = second.length === 1 ? ['lets', 'it'] : ['let', 'them'];
  return `${names} ${verb} role ${role.name} assume ${them} without sts:TagSession, and sessions of EKS Pod Identity have tags: allow it there first.`;
};

/** True where provider and trust policy certainly accept its tokens today: an annotation alone gives nothing. */
const hasItNow = (
  { namespace, name, annotations }: ServiceAccount,
  role: Role,
  { cluster }: ClusterSnapshot,
  facts: Facts,
): boolean => {
  const issuer = cluster.issuer ?? '';
  const audience = audienceAsked(annotations);
  if (!providerAudiences(role.arn, issuer, facts)?.includes(audience)) return false;
  const question = trustQuestion({ roleArn: role.arn, issuer, subject: subjectOf(namespace, name) }, facts);
  return question.status === 'ready' && question.ask(audience).decision === 'allow';
};

/** Policies of a role that name a claim of the issuer's tokens or the provider of the session, and those whose text was asked for and
 *  not read. */
const permissionsOnTokens = (
  { arn }: Role,
  issuer: string,
  { snapshot }: Facts,
): { readonly ofTokens: readonly string[]; readonly unread: readonly string[] } => {
  const { rolePermissions } = snapshot;
  if (rolePermissions === undefined || rolePermissions.status === 'unavailable') return { ofTokens: [], unread: [] };
  const { roles, policies } = rolePermissions.value;
  const { inline = [], attached = [], boundary } = roles[arn] ?? {};
  const managed = [...attached, ...(boundary === undefined ? [] : [boundary])];
  const texts: readonly { readonly name: string; readonly text: string | undefined }[] = [
    ...inline.map(({ name, document }) => ({ name: `inline policy ${name}`, text: document })),
    ...managed.map(one => ({ name: `policy ${one}`, text: valueOr(policies[one] ?? unreadText, undefined) })),
  ];
  const isOfToken = (text = ''): boolean =>
    [`${issuer}:`, 'aws:FederatedProvider'].some(key => text.toLowerCase().includes(key.toLowerCase()));
  return {
    ofTokens: texts.filter(({ text }) => isOfToken(text)).map(({ name }) => name),
    unread: texts.filter(({ text }) => text === undefined).map(({ name }) => name),
  };
};

const unreadText = notAskedFor<string | undefined>('iam:GetPolicyVersion');

/** Keys that the statements of an issuer test beside its :sub and :aud. */
const otherKeys = ({ statements }: Policy, issuer: string, facts: Facts): readonly string[] => [
  ...new Set(
    statements
      .filter(({ principal }) => eksPrincipalsOf(principal, facts).some(({ arn }) => providerHostPath(arn) === issuer))
      .flatMap(({ conditions }) => conditions.map(({ key }) => key.text))
      .filter(key => ![`${issuer}:sub`, `${issuer}:aud`].some(known => known.toLowerCase() === key.toLowerCase())),
  ),
];
