import { optsOut } from '../../facts/label-selector.ts';
import { hasPodIdentity, hasWebIdentity } from '../../facts/pod-injection.ts';
import { webhookSubjectId } from '../../facts/subject-ids.ts';
import type { PodSubject } from '../../facts/subjects.ts';
import { roleNameOf } from '../../model/arn.ts';
import { complete } from '../../model/collected.ts';
import type { Pod } from '../../model/kubernetes.ts';
import { defineMessages, phrase } from '../../text/message.ts';
import { defineRule, type EvidenceDraft, fail, notApplicable, pass } from '../define-rule.ts';
import { aContainer, aPod, aReadCluster } from '../example-cluster.ts';
import { someFacts } from '../example-world.ts';
import {
  annotatedRole,
  audienceOf,
  byServiceAccount,
  podEvidence,
  readFrom,
  realPods,
  restartFix,
  workloadOf,
} from './support/pod-view.ts';
import { whyNotInjected } from './support/why-not-injected.ts';

const message = defineMessages({
  serviceAccountNewer: '{workload} runs without role {role}: its pods are older than their service account',
  newerPodsInjected: '{workload} runs without role {role}, which newer pods of the same service account have',
  annotationNewer: '{workload} runs without role {role}: its pods may be older than the annotation of {annotatedAt}',
  annotationOlder: '{workload} runs without role {role}, although its pods are newer than the annotation',
  unclear: '{workload} runs without role {role}: its pods may be older than the annotation, or the webhook failed',
});

/** Such a pod starts, and calls AWS as its node: nobody notices until a permission is missing, or there is one too many. */
export const podNotInjected = defineRule({
  id: 'pod-not-injected',
  kind: 'pod',
  group: 'pod',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'webhook-injection',
  title: 'Pods of annotated service accounts have their role',
  brief: 'pods without role',
  messages: message.templates,
  needs: ['service-accounts', 'pods'],
  docs: {
    why: 'The webhook gives a role only when a pod is created. A pod that was created before the annotation, or while the webhook did not work, runs as its node’s role for as long as it lives. Why it was not injected is told only where timestamps prove it.',
    fix: 'Restart the pods. If that does not help, look at the webhook.',
    references: ['https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors', 'docs/facts.md §D.2, §D.3'],
  },
  check: subject => {
    const role = annotatedRole(subject);
    if (role === undefined) return notApplicable;
    const missed = realPods(subject).filter(pod => isMissed(pod, subject));
    if (missed.length === 0) return pass;
    const { id, ...data } = whyNotInjected(missed, subject);
    return fail({
      messageId: id,
      data: { workload: workloadOf(subject), role: roleNameOf(role), ...data },
      evidence: [
        {
          what: 'role that the annotation names',
          got: role,
          readFrom: `serviceaccounts of cluster ${subject.cluster.name}`,
        },
        podEvidence(missed, subject),
        ageEvidence(missed, subject),
      ],
      podError: 'Unable to locate credentials, or an error that names the node’s role',
      fix: restartFix(missed, subject),
      explainedBy: [
        ...byServiceAccount(subject, ['service-account-role-arn-malformed']),
        { ruleId: 'webhook-missing', subject: webhookSubjectId(subject.cluster.arn) },
      ],
    });
  },
  examples: {
    pass: { title: 'injected', facts: () => running({}) },
    fail: {
      title: 'neither variables nor token',
      facts: () =>
        running({ containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] }),
    },
  },
});

const running = (over: Parameters<typeof aPod>[0]) =>
  someFacts({ clusters: complete([aReadCluster({ pods: complete([aPod(over)]) })]) });

const isMissed = (pod: Pod, subject: PodSubject): boolean =>
  !hasWebIdentity(pod, audienceOf(subject)) && !hasPodIdentity(pod) && !optsOut(pod, subject.kubernetes);

const ageEvidence = ([first]: readonly Pod[], subject: PodSubject): EvidenceDraft => ({
  what: 'first of these pods created at',
  got: first?.createdAt ?? phrase('unknown'),
  readFrom: readFrom(subject),
  volatile: true,
});
