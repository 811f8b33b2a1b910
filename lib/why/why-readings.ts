/** The reading of each step, and the parts of it that the rules leave out: a service account without a role is no
 *  finding of an audit, since most need none; whoever asks why a pod has no role wants to hear of it. */
import { associationOf, hasPodIdentityAlone, isEksHost, rolesMadeFor } from '../facts.ts';
import {
  audienceKey,
  parseArn,
  providerArn,
  readFailuresOf,
  roleArnKey,
  roleNameOf,
  stripScheme,
  valueOr,
} from '../model.ts';
import { subjectOf } from '../policy.ts';
import { counted, listed } from '../text.ts';
import type { WhyContext } from './why-context.ts';
import { controlReading } from './why-control.ts';
import { noAnnotation, optedOut, serviceAccountAbsent, skippedWhole } from './why-faults.ts';
import { lastCall, lastUseByPodIdentity } from './why-last-call.ts';
import {
  injectionSeen,
  isSkippedWhole,
  isStaticPod,
  lacksInjection,
  otherRole,
  ownRole,
  tokenSeen,
} from './why-pods.ts';
import { inWords, type StepReading } from './why-reading.ts';
import type { WhyStepId } from './why-steps.ts';
import { firstUnread } from './why-subject.ts';

/** True for a role of another account than the cluster's. */
export const isForeignRole = ({ roleArn, facts }: WhyContext): boolean =>
  roleArn !== undefined && parseArn(roleArn)?.accountId !== facts.snapshot.accountId;

/** True if all pods have Pod Identity and nothing of IRSA. */
export const isPodIdentity = ({ pods }: WhyContext): boolean => pods.length > 0 && pods.every(hasPodIdentityAlone);

/** The reading of a step; undefined for a live one, which is not read. */
export const readingOf = (step: WhyStepId, context: WhyContext): StepReading | undefined => readings[step]?.(context);

type Read = (context: WhyContext) => StepReading;

const notUsed = 'IRSA is not used';

/** Why it is not known which pods there are, where none was found. */
const unreadPods = ({ pods, found, snapshot: { kubernetes } }: WhyContext): string | undefined => {
  if (found.status !== 'found') return 'the pod was not read';
  const reason =
    pods.length > 0 || kubernetes.status === 'unavailable' ? undefined : firstUnread(kubernetes.value.pods);
  return reason === undefined ? undefined : inWords(reason);
};

const podReading: Read = context => {
  const { found, pods, target } = context;
  if (found.status === 'unread') return { unread: inWords(found.reason) };
  if (found.status === 'absent') return { unread: 'not found' };
  const [first] = pods;
  const hidden = unreadPods(context);
  if (first === undefined && hidden !== undefined) return { unread: hidden };
  if (first === undefined) {
    const whose = target.kind === 'ServiceAccount' ? 'has service account' : `is of ${target.kind}`;
    return { unread: `no running or pending pod ${whose} ${target.name}`, optional: true };
  }
  const owner = first.owner === undefined ? '' : `, of ${first.owner.kind} ${first.owner.name}`;
  if (target.kind === 'Pod') return { seen: `${first.name}: ${first.phase}${owner}` };
  const others = found.others.length === 0 ? '' : `; others run as ${listed(found.others)}`;
  return {
    seen: `${counted(pods.length, 'pod')}: ${listed(
      pods.map(pod => pod.name),
      3,
    )}${others}`,
  };
};

const serviceAccountReading: Read = context => {
  const { accountName, serviceAccount, snapshot, target } = context;
  if (accountName === undefined) return { unread: 'the pod was not read' };
  const seen = `${target.namespace}/${accountName}`;
  if (serviceAccount) return { seen };
  const reason =
    snapshot.kubernetes.status === 'unavailable' ? undefined : firstUnread(snapshot.kubernetes.value.serviceAccounts);
  return reason === undefined ? { seen, fault: serviceAccountAbsent(context) } : { seen, unread: inWords(reason) };
};

const annotationReading: Read = context => {
  const { serviceAccount, annotation } = context;
  if (!serviceAccount) return { unread: noAccount(context) };
  const unread = isPodIdentity(context) ? { unread: notUsed } : {};
  if (serviceAccount.configMap !== undefined)
    return { seen: `none: ConfigMap ${serviceAccount.configMap} names ${annotation}`, ...unread };
  if (annotation !== undefined) return { seen: annotation === '' ? 'empty' : annotation, ...unread };
  const seen = `no ${roleArnKey}`;
  if (isPodIdentity(context)) return { seen, unread: notUsed };
  if (associationOf(context.snapshot, context.target.namespace, context.accountName))
    return { seen, unread: 'Pod Identity gives new pods their role' };
  const own = ownRole(context);
  return own === undefined ? { seen, fault: noAnnotation(context) } : { seen, unread: own };
};

const noRole = 'no role is named';

/** The reading of every step after a service account that is not there, or was not read. */
const noAccount = ({ found, snapshot: { kubernetes } }: WhyContext): string =>
  found.status === 'found' &&
  kubernetes.status !== 'unavailable' &&
  firstUnread(kubernetes.value.serviceAccounts) === undefined
    ? 'there is no service account'
    : 'the service account was not read';

const injectionReading: Read = context => {
  const { annotation, pods } = context;
  const hidden = unreadPods(context);
  if (hidden !== undefined) return { unread: hidden };
  if (pods.length === 0) return annotation ? { seen: 'the webhook gives it to new pods' } : { unread: noRole };
  const seen = injectionSeen(context);
  if (pods.some(isSkippedWhole)) return { seen, fault: skippedWhole(context) };
  if (isPodIdentity(context)) return { seen: podIdentitySeen(context), unread: notUsed };
  if (!annotation) return { seen, unread: context.serviceAccount ? noRole : noAccount(context) };
  if (pods.every(isStaticPod)) return { seen, unread: 'a static pod of a node gets no token of a service account' };
  if (pods.every(hasPodIdentityAlone))
    return { seen, unread: 'Pod Identity gives this pod its role: IRSA is not used' };
  if (lacksInjection(context)) return { seen, fault: optedOut(context) };
  const odd = otherRole(context);
  return odd === undefined ? { seen } : { seen, unread: odd };
};

const tokenReading: Read = context => {
  const { pods, annotation, serviceAccount } = context;
  if (isPodIdentity(context)) return { unread: notUsed };
  const hidden = unreadPods(context);
  if (hidden !== undefined) return { unread: hidden };
  if (pods.length === 0) return { unread: 'no pod to look at: --prove asks for a token', optional: true };
  return {
    ...tokenSeen(context),
    ...(annotation === undefined ? { unread: serviceAccount ? noRole : noAccount(context) } : {}),
  };
};

/** AWS steps: nothing to ask where no valid role is named, or where the role is not used. */
const onRole =
  (read: Read): Read =>
  context => {
    const { roleArn, annotation, serviceAccount } = context;
    if (isPodIdentity(context)) return { unread: notUsed };
    if (roleArn === undefined)
      return {
        unread: annotation !== undefined ? 'no valid role is named' : serviceAccount ? noRole : noAccount(context),
      };
    return read(context);
  };

/** The issuer in a word that fits on a line: of EKS its id and region tell it. */
const issuerSeen = (issuer: string): string => {
  const { region, id } =
    /^https:\/\/oidc[.-]eks\.(?<region>[a-z0-9-]+)\..*\/id\/(?<id>\w+)$/.exec(issuer)?.groups ?? {};
  return isEksHost(issuer) && region !== undefined && id !== undefined
    ? `id/${id} (EKS, ${region})`
    : stripScheme(issuer);
};

/** The role that Pod Identity gives, where the associations were read. */
const podIdentitySeen = (context: WhyContext): string => {
  const found = associationOf(context.snapshot, context.target.namespace, context.accountName);
  return found === undefined ? 'Pod Identity' : `Pod Identity: ${found.roleArn ?? 'a role'} (association ${found.id})`;
};

const providerReading: Read = ({ roleArn = '', issuer, facts, snapshot }) => {
  if (issuer === undefined) {
    const { kubernetes } = snapshot;
    const [reason] =
      kubernetes.status === 'unavailable' ? [kubernetes.reason] : readFailuresOf(kubernetes.value.issuer);
    return { unread: `the issuer of the cluster is not known${reason === undefined ? '' : `: ${inWords(reason)}`}` };
  }
  const seen = issuerSeen(issuer);
  const role = parseArn(roleArn);
  const arn = role && providerArn(role.partition, role.accountId, issuer);
  const isThere = facts.fleet.providers.some(provider => provider.arn === arn);
  if (isThere) return { seen };
  const [reason] = readFailuresOf(facts.snapshot.providers);
  return {
    seen,
    ...(reason === undefined
      ? { unread: `the providers of account ${role?.accountId} were not read` }
      : { unread: inWords(reason) }),
  };
};

const audienceReading: Read = ({ roleArn = '', issuer, facts, audience, serviceAccount }) => {
  const shown = audience === '' ? 'empty' : audience;
  const role = parseArn(roleArn);
  const arn = role && issuer !== undefined ? providerArn(role.partition, role.accountId, issuer) : undefined;
  const detail = valueOr(facts.snapshot.providers, []).find(provider => provider.arn === arn)?.detail;
  const isAbsent = facts.snapshot.providers.status === 'complete' && role?.accountId === facts.snapshot.accountId;
  if (detail === undefined)
    return { seen: shown, unread: isAbsent ? 'there is no provider' : 'the provider was not read' };
  if (detail.status === 'unavailable') return { seen: shown, unread: inWords(detail.reason) };
  const { audiences } = detail.value;
  if (audiences.includes(audience)) return { seen: shown };
  return {
    seen: `${shown}; the provider takes ${listed(audiences) || 'none'}`,
    unread: `the provider does not take it (${serviceAccount?.configMap === undefined ? `annotation ${audienceKey}` : `ConfigMap ${serviceAccount.configMap}`})`,
  };
};

const trustReading: Read = context => {
  const { roleArn = '', accountName = '', target, facts } = context;
  const seen = `${roleNameOf(roleArn)} for ${subjectOf(target.namespace, accountName)}`;
  const isRead =
    valueOr(facts.snapshot.roles, []).some(role => role.arn === roleArn) ||
    facts.fleet.roles.some(role => role.arn === roleArn);
  if (isRead) return { seen, ...controlReading(context) };
  const [reason] = readFailuresOf(facts.snapshot.roles);
  if (reason !== undefined) return { seen, unread: inWords(reason) };
  const accountId = parseArn(roleArn)?.accountId;
  return accountId === facts.snapshot.accountId
    ? { seen, unread: 'the role was not found' }
    : { seen, unread: `the roles of account ${accountId} were not read${namesakeHere(context)}` };
};

/** A role of the same name in the account that was read, which was made for the service account: the account in the annotation
 *  may be mistyped. */
const namesakeHere = ({ roleArn = '', accountName = '', target, audience, issuer, facts }: WhyContext): string => {
  if (issuer === undefined) return '';
  const asking = { subject: subjectOf(target.namespace, accountName), audience, issuer };
  return rolesMadeFor(asking, facts).some(arn => roleNameOf(arn) === roleNameOf(roleArn))
    ? `; account ${facts.snapshot.accountId} has a role of this name that was made for this service account: compare the account in the annotation`
    : '';
};

const readings: Readonly<Partial<Record<WhyStepId, Read>>> = {
  pod: podReading,
  'service-account': serviceAccountReading,
  annotation: annotationReading,
  injection: injectionReading,
  token: tokenReading,
  provider: onRole(providerReading),
  audience: onRole(audienceReading),
  'trust-policy': onRole(trustReading),
  'last-call': context => (isPodIdentity(context) ? lastUseByPodIdentity(context) : onRole(lastCall)(context)),
};
