import {
  associationSubjectId,
  injectionStopped,
  type MissedPods,
  nodeRoleError,
  type WebhookSubject,
} from '../../facts.ts';
import { restartPods } from '../../fixes/kubernetes-steps.ts';
import { type FixDraft, ownerOrPod, type Pod, readFailuresOf } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, type Explained, pass, unknown, unknownKindOf } from '../prelude.ts';
import { explainsPodsOfCluster } from './support/webhook-view.ts';

/** The pods of a cluster tell when the webhook stopped: the API server passes over a webhook that fails (failurePolicy
 *  Ignore), and logs that where only EKS reads it. */
export const webhookNotInjecting = defineRule({
  id: 'webhook-not-injecting',
  kind: 'webhook',
  impact: 'breaks',
  severity: 'critical',
  articleStep: 'webhook-configuration',
  title: 'The webhook gives new pods their role',
  fault: 'The webhook does not give new pods their role',
  says: {
    stopped: [
      'injects no pod any more',
      'since {since} no new pod of cluster {cluster} got its role: pods of {workloads} were missed, and none was injected after them',
    ],
  },
  needs: ['service-accounts', 'pods'],
  why: 'Pods of several workloads came long after their role was named and have none, and no pod that came later has one: the webhook is at fault, and not the pods. Each new pod then runs as its node. Pods that still have their role lose it when they are restarted. Where the configuration shows the cause, that finding has this one in it.',
  fix: 'Restart no pod that has a role. Restart one workload that was missed: if its pods get the role, the outage is over, and the others follow. If not, restore the webhook’s configuration, or ask AWS Support for “Failed calling webhook” in the API server’s log.',
  references: [
    'https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy',
    'https://github.com/aws/containers-roadmap/issues/2874',
    'docs/facts.md §D.3, §D.7',
  ],
  check: (subject, _facts, fail) => {
    const stopped = injectionStopped(subject.snapshot);
    const { pods, serviceAccounts } = subject.kubernetes;
    const [gap] = [pods, serviceAccounts].flatMap(section => readFailuresOf(section));
    if (gap) return unknown(unknownKindOf(gap), `which pods came last: ${gap.operation}: ${gap.message}`);
    if (stopped === undefined) return pass;
    const { since, owners } = stopped;
    return fail
      .stopped({ since, cluster: subject.cluster.name, workloads: owners })
      .volatile(['since', 'workloads'])
      .changing(
        'pods without their role',
        `pods of cluster ${subject.cluster.name}`,
        phrase('{count:pod}: {names}', { count: stopped.pods.length, names: stopped.pods.map(({ name }) => name) }),
      )
      .podError(nodeRoleError)
      .explains([
        ...explainsPodsOfCluster(subject, stopped.pods),
        ...stopped.pods.map(pod => ofAssociation(subject, pod)),
      ])
      .fix(fixOf(subject, stopped));
  },
});

const ofAssociation = ({ cluster }: WebhookSubject, { namespace, serviceAccount, owner, name }: Pod): Explained => ({
  ruleId: 'pod-identity-pods-without',
  subject: associationSubjectId(cluster.arn, namespace, serviceAccount),
  discriminator: owner === undefined ? `Pod/${name}` : `${owner.kind}/${owner.name}`,
});

/** One workload is restarted to see whether the outage is over: it has no role to lose. */
const fixOf = ({ cluster }: WebhookSubject, { pods }: MissedPods): FixDraft => {
  const [first] = pods;
  const owner = ownerOrPod(first);
  const ofOwner = pods.filter(
    ({ namespace, name, owner: one = { kind: 'Pod', name } }) =>
      namespace === first.namespace && one.kind === owner.kind && one.name === owner.name,
  );
  const { steps, choice } = restartPods({ cluster, namespace: first.namespace }, { ...owner, pods: ofOwner });
  return {
    summary: `Restart ${owner.kind} ${first.namespace}/${owner.name}, which has no role to lose, and look whether its new pods get one. Restart no pod that still has its role.`,
    steps,
    choice: [
      'If the new pods get the role, the outage is over: restart the others that were missed. If not, restore the configuration of the webhook, or ask AWS Support for “Failed calling webhook” in the log of the API server.',
      ...(choice === undefined ? [] : [choice]),
    ].join(' '),
  };
};
