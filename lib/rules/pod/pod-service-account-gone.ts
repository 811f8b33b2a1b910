import { type Facts, hasPodIdentity, lookUpRole, type PodSubject, roleOfContainer } from '../../facts.ts';
import { createServiceAccount } from '../../fixes/kubernetes-steps.ts';
import { type FixDraft, type Pod, roleArnKey, valueOr } from '../../model.ts';
import { nearest, phrase } from '../../text.ts';
import { defineRule, type Failure, type FailureDraft, notApplicable, pass } from '../prelude.ts';
import {
  accountOfPods,
  placeOf,
  podEvidence,
  podsReadFrom,
  realPods,
  restartFix,
  workloadOf,
} from './support/pod-view.ts';

/** The token of a pod cannot be renewed once its service account is gone. */
export const podServiceAccountGone = defineRule({
  id: 'pod-service-account-gone',
  kind: 'pod',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'webhook-injection',
  title: 'Pods with a role run as an existing service account',
  fault: 'Pods run as a service account that does not exist',
  says: {
    gone: [
      'no such service account',
      '{workload} runs as service account {serviceAccount}, which does not exist: its token cannot be renewed',
    ],
    mistyped: [
      'no such service account',
      '{workload} runs as service account {serviceAccount}, which does not exist: {nearest}, which has a role, is one edit away',
    ],
  },
  needs: ['service-accounts', 'pods'],
  why: 'Kubernetes makes no pod whose service account does not exist: files that name one which is not among them, and is one edit away from one that is, most often have a typing error. The kubelet renews a pod’s token in the name of its service account. Once the service account is deleted the token expires within its lifetime, a day by default, and the running pod loses its role.',
  fix: 'Create the service account again with its annotation, then restart the pods: a new service account has a new identity.',
  references: [
    'https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens',
  ],
  check: (subject, facts, fail) => {
    if (subject.serviceAccount || subject.kubernetes.serviceAccounts.status !== 'complete') return notApplicable;
    const meant = accountMeant(subject);
    if (meant !== undefined) return mistyped(subject, meant, fail.mistyped);
    const stranded = realPods(subject).filter(pod => isStranded(pod, subject, facts));
    if (stranded.length === 0) return pass;
    const serviceAccount = accountOfPods(subject);
    return fail
      .gone({ workload: workloadOf(subject), serviceAccount })
      .evidence(
        `service account ${serviceAccount}`,
        `serviceaccounts of cluster ${subject.cluster.name}`,
        phrase('not found'),
      )
      .pieces(podEvidence(stranded, subject))
      .podError('ExpiredTokenException: Token expired')
      .fix(fixOf(stranded, subject, facts));
  },
});

/** The service account with a role that a template most likely means. Pods of files alone have no time at which they were made. */
const accountMeant = ({ pods, kubernetes }: PodSubject): string | undefined => {
  const [{ namespace, serviceAccount }] = pods;
  const own = valueOr(kubernetes.serviceAccounts, []).filter(one => one.namespace === namespace);
  const named = own.filter(({ annotations }) => annotations[roleArnKey] !== undefined).map(({ name }) => name);
  return pods.every(({ createdAt }) => createdAt === undefined) ? nearest(serviceAccount, named, 1) : undefined;
};

const mistyped = (
  subject: PodSubject,
  meant: string,
  said: (names: Readonly<Record<'workload' | 'serviceAccount' | 'nearest', string>>) => FailureDraft,
): Failure => {
  const [{ serviceAccount }] = subject.pods;
  return said({ workload: workloadOf(subject), serviceAccount: accountOfPods(subject), nearest: meant })
    .evidence('service account of the pods', podsReadFrom(subject), serviceAccount, meant)
    .fix(
      `Name service account ${meant} in the template of ${workloadOf(subject)}.`,
      `Whether ${meant} is the one that is meant.`,
    );
};

/** Service accounts are listed before pods: a pod this young, or of unknown age, may have come with a service account that
 *  the list does not have yet. */
const tooYoungMs = 10 * 60_000;

const isStranded = (pod: Pod, { kubernetes }: PodSubject, { snapshot }: Facts): boolean => {
  const age = Date.parse(snapshot.takenAt) - Date.parse(pod.createdAt ?? snapshot.takenAt);
  const namespace = valueOr(kubernetes.namespaces, []).find(({ name }) => name === pod.namespace);
  const wantsRole = pod.volumes.length > 0 || pod.containers.some(one => one.awsVariables.includes('AWS_ROLE_ARN'));
  return wantsRole && age > tooYoungMs && namespace?.terminating !== true;
};

/** The service account is created with the role that its pods have, so that none is left without. With Pod Identity the
 *  association gives the role by name. */
const fixOf = (stranded: readonly Pod[], subject: PodSubject, facts: Facts): FixDraft => {
  const [{ serviceAccount }] = subject.pods;
  const summary = `Create service account ${accountOfPods(subject)} with its role, then restart the pods of ${workloadOf(subject)}.`;
  const roles = [...new Set(stranded.flatMap(pod => pod.containers.flatMap(one => roleOfContainer(one) ?? [])))];
  const [role] = roles;
  const isPodIdentity = stranded.every(hasPodIdentity);
  const isGone = role !== undefined && lookUpRole(role, facts).status === 'absent';
  if (!isPodIdentity && (role === undefined || roles.length > 1 || isGone))
    return {
      summary,
      choice: `Whether the pods are still needed, and which role the service account is to have${isGone ? `: ${role} does not exist` : ''}.`,
    };
  const annotations = isPodIdentity || role === undefined ? {} : { [roleArnKey]: role };
  const { steps = [], choice } = restartFix(stranded, subject);
  return {
    summary,
    steps: [createServiceAccount(placeOf(subject), serviceAccount, annotations), ...steps],
    choice: ['Whether the pods are still needed.', ...(choice === undefined ? [] : [choice])].join(' '),
  };
};
