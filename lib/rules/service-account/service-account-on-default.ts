import {
  associationOf,
  associationsUnread,
  type Facts,
  podsOfServiceAccount,
  type ServiceAccountSubject,
} from '../../facts.ts';
import { createServiceAccount, setServiceAccount } from '../../fixes/kubernetes-steps.ts';
import { minimalGrant } from '../../fixes/minimal-grant.ts';
import { posixCommands } from '../../fixes/render-step.ts';
import { type FixDraft, ownerOrPod, parseArn, roleArnKey, roleNameOf, type Step, valueOr } from '../../model.ts';
import { decide, subjectOf } from '../../policy.ts';
import { phrase } from '../../text.ts';
import {
  bestPractices,
  defineRule,
  type EvidenceDraft,
  notApplicable,
  type Opens,
  pass,
  unknown,
  unknownKindOf,
} from '../prelude.ts';
import { annotateStep, annotationEvidence, audienceOfAccount } from './support/service-account-view.ts';
import { questionOf } from './support/trust-decision.ts';

/** A pod that names no service account runs as `default`, and so gets its role. */
export const serviceAccountOnDefault = defineRule({
  id: 'service-account-on-default',
  kind: 'service-account',
  impact: 'exposes',
  severity: 'medium',
  shownAt: 'role-arn-format',
  title: 'No default service account has a role',
  fault: 'A default service account has a role',
  says: {
    onDefault: [
      'default has a role',
      'every pod in namespace {namespace} that names no service account gets role {role}',
    ],
    associated: [
      'default has a role',
      'every pod in namespace {namespace} that names no service account gets role {role} by Pod Identity',
    ],
  },
  needs: ['service-accounts'],
  why: 'Every pod that names no service account runs as the namespace’s `default`. A role on it, by annotation or by a Pod Identity association, is a role for whatever is started there, a debug pod included.',
  fix: 'Create a service account for the application, give it the role, name it in the pod templates, then remove the role from default.',
  references: [
    'https://kubernetes.io/docs/concepts/security/service-accounts/#default-service-accounts',
    bestPractices,
  ],
  check: (subject, facts, fail) => {
    const { serviceAccount, roleArn, snapshot } = subject;
    const associated =
      serviceAccount.name === 'default' ? associationOf(snapshot, serviceAccount.namespace, 'default') : undefined;
    if (associated !== undefined)
      return fail
        .associated({
          namespace: serviceAccount.namespace,
          role: roleNameOf(associated.roleArn ?? '') || 'of an association',
        })
        .opens({ roleArns: associated.roleArn === undefined ? [] : [associated.roleArn], how: 'proven' })
        .evidence(
          `association ${associated.id}`,
          'eks:ListPodIdentityAssociations',
          `${serviceAccount.namespace}/default`,
        )
        .pieces(podsEvidence(subject))
        .fix(
          `Associate the role with a service account of its own in namespace ${serviceAccount.namespace}, name that in the workloads that need it, then delete the association ${associated.id}.`,
          'Which workloads need the role: all others of the namespace have it too, a debug pod included.',
        );
    if (serviceAccount.name !== 'default') return roleArn ? pass : notApplicable;
    const [unread] = associationsUnread(snapshot.podIdentity);
    if (!roleArn)
      return unread === undefined
        ? notApplicable
        : unknown(
            unknownKindOf(unread),
            `whether ${serviceAccount.namespace}/default has Pod Identity: ${unread.message}`,
          );
    return fail
      .onDefault({ namespace: serviceAccount.namespace, role: roleNameOf(roleArn) })
      .opens({ roleArns: [roleArn], how: howOpen(subject, facts) })
      .pieces(annotationEvidence(subject, roleArn))
      .pieces(podsEvidence(subject))
      .fix(moveFromDefault(subject, roleArn, facts));
  },
});

/** Whether the role trusts `default`, as far as that is decided here. */
const howOpen = (subject: ServiceAccountSubject, facts: Facts): Opens['how'] => {
  const question = questionOf(subject, facts);
  if (question.status !== 'ready') return 'doubtful';
  const request = question.request(audienceOfAccount(subject));
  const { decision } = decide(question.policy, request);
  return decision === 'allow' ? 'proven' : decision === 'deny' ? 'later' : 'doubtful';
};

/** How many pods are concerned; pods that were not read are not counted as none. */
const podsEvidence = ({ kubernetes, serviceAccount, cluster }: ServiceAccountSubject): EvidenceDraft => ({
  what: 'pods that run as default',
  got:
    kubernetes.pods.status === 'complete'
      ? phrase('{count}', { count: podsOfServiceAccount(kubernetes, serviceAccount.namespace, 'default').length })
      : phrase('not all pods could be read'),
  readFrom: `pods of cluster ${cluster.name}`,
  volatile: true,
});

/**
 * Moves a role from `default` to a service account of its own: create it, let the role trust it, name it in the workloads,
 * and last take the role from default. The last step stands among the commands only where it takes the role from nobody:
 * where all pods were read, each is of a workload that can be changed, and the role trusts the new service account.
 */
const moveFromDefault = (subject: ServiceAccountSubject, roleArn: string, facts: Facts): FixDraft => {
  const { namespace } = subject.serviceAccount;
  const place = { cluster: subject.cluster, namespace };
  const name = freeName(subject, roleArn);
  const trust = trustStep(subject, name, facts);
  const owners = ownersOf(subject);
  const moves = owners?.map(owner => setServiceAccount(place, owner, 'default', name));
  const { configMap } = subject.serviceAccount;
  const last = annotateStep(subject, roleArnKey, undefined);
  const lastInWords =
    configMap === undefined
      ? posixCommands([last]).join('')
      : `remove ${namespace}/default from ConfigMap ${configMap}`;
  const isSafe = configMap === undefined && trust !== undefined && moves?.every(move => move !== undefined) === true;
  const steps = [createServiceAccount(place, name, { [roleArnKey]: roleArn }), ...(trust ?? [])];
  return {
    summary: `Move the role to service account ${namespace}/${name}, name it in the workloads that need it, then remove it from default.`,
    steps: [...steps, ...(moves ?? []).flatMap(move => move ?? []), ...(isSafe ? [last] : [])],
    choice: isSafe
      ? `Which workloads need the role: leave out the steps for those that do not. Once all have moved, remove ${subjectOf(namespace, 'default')} from the trust policy of ${roleNameOf(roleArn)}: with it every pod of the namespace can ask for the role.`
      : `Before the last step, ${roleNameOf(roleArn)} must trust ${subjectOf(namespace, name)} and every pod that needs the role must name ${name}. Last steps: ${lastInWords}, then remove ${subjectOf(namespace, 'default')} from the trust policy.`,
  };
};

/** A name made of the role's. One that is taken by a service account without this role would hand the role to its pods. */
const freeName = ({ serviceAccount, kubernetes }: ServiceAccountSubject, roleArn: string): string => {
  const label = roleNameOf(roleArn)
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '');
  const name = label === '' ? 'irsa' : label;
  const isTaken = valueOr(kubernetes.serviceAccounts, []).some(
    one => one.namespace === serviceAccount.namespace && one.name === name && one.annotations[roleArnKey] !== roleArn,
  );
  return isTaken || name === 'default' ? `${name}-irsa` : name;
};

/** The steps that make the role trust the new service account, none where it does already; undefined where that cannot
 *  be done from here: the role is of another account, was not read, or no change was proven to add this subject alone. */
const trustStep = (subject: ServiceAccountSubject, name: string, facts: Facts): readonly Step[] | undefined => {
  const question = questionOf(subject, facts);
  if (question.status !== 'ready' || parseArn(question.roleArn)?.accountId !== facts.snapshot.accountId)
    return undefined;
  const request = {
    ...question.request(audienceOfAccount(subject)),
    subject: subjectOf(subject.serviceAccount.namespace, name),
  };
  if (decide(question.policy, request).decision === 'allow') return [];
  const change = minimalGrant(question.policy, question.trustPolicy, request);
  return change && [change.step];
};

/** The workloads whose pods run as default; undefined where not all pods were read. */
const ownersOf = ({ kubernetes, serviceAccount: { namespace } }: ServiceAccountSubject) => {
  if (kubernetes.pods.status !== 'complete') return undefined;
  const owners = podsOfServiceAccount(kubernetes, namespace, 'default').map(ownerOrPod);
  return [...new Map(owners.map(owner => [JSON.stringify(owner), owner])).values()];
};
