import { roleOfContainer } from '../../facts/pod-injection.ts';
import type { PodSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import type { Fix } from '../../model/finding.ts';
import { roleArnKey } from '../../model/irsa-annotation.ts';
import type { Pod } from '../../model/kubernetes.ts';
import { defineRule, fail, notApplicable, pass } from '../define-rule.ts';
import { aContainer, aPod, aReadCluster } from '../example-cluster.ts';
import { exampleAccountId, someFacts } from '../example-world.ts';
import { annotatedRole, byAccount, countOf, podEvidence, realPods, restartFix, verb } from './support/pod-view.ts';

/** A running pod's environment cannot change: it keeps the role that the annotation named when it was made. */
export const podRoleStale = defineRule({
  id: 'pod-role-stale',
  kind: 'pod',
  group: 'pod',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'webhook-injection',
  title: 'Pods have the role that the annotation names now',
  needs: ['service-accounts', 'pods'],
  docs: {
    why: 'The role is copied into a pod’s environment once. After the annotation is changed, running pods go on with the old role until they are made anew, and break when it is deleted.',
    fix: 'Make the pods anew; where their template sets AWS_ROLE_ARN itself, take it out.',
    references: ['https://github.com/aws/amazon-eks-pod-identity-webhook/issues/28', 'docs/facts.md §D.2'],
  },
  check: subject => {
    const role = annotatedRole(subject);
    if (role === undefined) return notApplicable;
    const stale = realPods(subject).filter(pod => isStale(pod, role));
    const [first] = stale;
    if (!first) return pass;
    const old = [...new Set(stale.flatMap(rolesOf))].join(', ');
    const byHand = stale.every(pod => isYounger(pod, subject.serviceAccount?.annotatedAt));
    const annotation = `the annotation of service account ${first.serviceAccount}`;
    const says = byHand
      ? `, which ${annotation}, older than the pods, does not name: it names ${role}`
      : `, and ${annotation} now names ${role}`;
    return fail({
      ...(byHand ? { severity: 'low', impact: 'hygiene' } : {}),
      message: `${countOf(stale, subject)} ${verb(stale, 'has', 'have')} the role ${old}${says}`,
      evidence: [
        { what: 'AWS_ROLE_ARN', got: old, wanted: role, readFrom: `pods of cluster ${subject.cluster.name}` },
        { what: `annotation ${roleArnKey}`, got: role, readFrom: `serviceaccounts of cluster ${subject.cluster.name}` },
        podEvidence(stale, subject, 'pods'),
      ],
      place: { roleArn: role },
      fix: byHand ? handFix(subject) : restartFix(stale, subject, 'a running pod keeps the role that it was made with'),
      explainedBy: byAccount(subject, ['service-account-role-arn-malformed']),
    });
  },
  examples: {
    pass: { title: 'the role of the annotation', facts: () => someFacts({ clusters: complete([aReadCluster()]) }) },
    fail: {
      title: 'the role that the annotation named before',
      facts: () => {
        const container = aContainer();
        const irsaEnvironment = {
          ...container.irsaEnvironment,
          AWS_ROLE_ARN: `arn:aws:iam::${exampleAccountId}:role/checkout-cart-old`,
        };
        const pod = aPod({ containers: [{ ...container, irsaEnvironment }] });
        return someFacts({ clusters: complete([aReadCluster({ pods: complete([pod]) })]) });
      },
    },
  },
});

const rolesOf = (pod: Pod): readonly string[] => pod.containers.flatMap(container => roleOfContainer(container) ?? []);

/** Not stale if some container has the present role: the webhook knew it then, and another was set by hand. */
const isStale = (pod: Pod, role: string): boolean => {
  const roles = rolesOf(pod);
  return roles.length > 0 && !roles.includes(role);
};

/** How long the webhook may take to hear of an annotation, with a wide margin: it watches service accounts. */
const heardWithinMs = 10 * 60_000;

/** The annotation stood there when the pod was made: its role does not come from an older value of it. */
const isYounger = ({ createdAt }: Pod, annotatedAt: string | undefined): boolean =>
  Date.parse(createdAt ?? '') - Date.parse(annotatedAt ?? '') > heardWithinMs;

const handFix = ({ ownerKind, ownerName }: PodSubject): Fix => ({
  summary: `Take AWS_ROLE_ARN out of the template of ${ownerKind} ${ownerName}, or name the role that it sets in the annotation.`,
  commands: [],
  choice: 'Which of both roles is meant: where the template sets the variable itself, the webhook leaves it as it is.',
});
