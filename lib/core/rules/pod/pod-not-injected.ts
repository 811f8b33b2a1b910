import { hasPodIdentity, hasWebIdentity } from '../../facts/pod-injection.ts';
import { webhookSubjectId } from '../../facts/subject-ids.ts';
import type { PodSubject } from '../../facts/subjects.ts';
import { complete } from '../../model/collected.ts';
import type { Fix } from '../../model/finding.ts';
import type { Pod } from '../../model/kubernetes.ts';
import { defineRule, fail, notApplicable, pass } from '../define-rule.ts';
import { aContainer, aPod, aReadCluster } from '../example-cluster.ts';
import { someFacts } from '../example-world.ts';
import {
  annotatedRole,
  audienceOf,
  byAccount,
  countOf,
  podEvidence,
  realPods,
  restartFix,
  verb,
} from './support/pod-view.ts';
import { type Cause, whyNotInjected } from './support/why-not-injected.ts';

/** Such a pod starts, and calls AWS as its node: nobody notices until a permission is missing, or is there too many. */
export const podNotInjected = defineRule({
  id: 'pod-not-injected',
  kind: 'pod',
  group: 'pod',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'webhook-injection',
  title: 'Pods of annotated service accounts were given their role',
  needs: ['service-accounts', 'pods'],
  docs: {
    why: 'The webhook gives a role only when a pod is made. One that was made before the annotation, or while the webhook did not answer, runs as its node’s role for as long as it lives.',
    fix: 'Make the pods anew. If that does not help, look at the webhook.',
    references: ['https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors', 'docs/facts.md §D.2, §D.3'],
  },
  check: subject => {
    const role = annotatedRole(subject);
    if (role === undefined) return notApplicable;
    const missed = realPods(subject).filter(pod => !hasWebIdentity(pod, audienceOf(subject)) && !hasPodIdentity(pod));
    const [first] = missed;
    if (!first) return pass;
    const cause = whyNotInjected(first, subject);
    const has = verb(missed, 'has', 'have');
    return fail({
      message: `${countOf(missed, subject)} ${has} neither variable nor token of ${role}: ${cause.text}`,
      evidence: [
        podEvidence(missed, subject, 'pods without AWS_ROLE_ARN and token volume'),
        {
          what: 'pod made at',
          got: first.createdAt ?? '(unknown)',
          readFrom: `pods of cluster ${subject.cluster.name}`,
        },
      ],
      podError: 'Unable to locate credentials, or an error that names the node’s role',
      fix: fixOf(missed, subject, cause),
      explainedBy: [
        ...byAccount(subject, ['service-account-role-arn-malformed']),
        { ruleId: 'webhook-missing', subject: webhookSubjectId(subject.cluster.arn) },
      ],
    });
  },
  examples: {
    pass: { title: 'injected', facts: () => running({}) },
    fail: {
      title: 'made before the annotation',
      facts: () =>
        running({ containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] }),
    },
  },
});

const running = (over: Parameters<typeof aPod>[0]) =>
  someFacts({ clusters: complete([aReadCluster({ pods: complete([aPod(over)]) })]) });

const fixOf = (missed: readonly Pod[], subject: PodSubject, cause: Cause): Fix => {
  const fix = restartFix(missed, subject, 'the webhook gives a role only to new ones');
  return cause.byChoice
    ? {
        ...fix,
        commands: [],
        choice: `Whether the pods are meant to go without: if not, take that label out of their template.`,
      }
    : fix;
};
