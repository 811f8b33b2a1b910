import type { Facts } from '../../facts/facts.ts';
import type { PodSubject } from '../../facts/subjects.ts';
import { providerAudiences } from '../../facts/trust-question.ts';
import { audienceKey } from '../../model/irsa-annotation.ts';
import type { Pod } from '../../model/kubernetes.ts';
import { phrase } from '../../text/message.ts';
import { defineRule, failed, notApplicable, pass } from '../define-rule.ts';
import {
  annotatedRole,
  audienceOf,
  byServiceAccount,
  podEvidence,
  readFrom,
  realPods,
  restartFix,
  roleQuestion,
  workloadOf,
} from './support/pod-view.ts';

/** Like the role, the audience is copied into a pod once. */
export const podAudienceStale = defineRule({
  id: 'pod-audience-stale',
  kind: 'pod',
  group: 'pod',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'webhook-injection',
  title: 'Tokens of pods have the audience that is asked for now',
  says: {
    stale: [
      'tokens of an old audience',
      'tokens of {workload} have audience "{old}", but its service account now asks for "{audience}"',
    ],
  },
  needs: ['service-accounts', 'pods'],
  docs: {
    why: 'The webhook writes the audience into the token volume when a pod is created. After eks.amazonaws.com/audience is changed, running pods keep the old one until they are restarted, and STS refuses it once provider or role accept only the new one. Low as long as neither is known to refuse the old one.',
    fix: 'Restart the pods. Where their template has a volume aws-iam-token of its own, correct its audience there.',
    references: ['https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough', 'docs/facts.md §D.1, §D.2'],
  },
  check: (subject, facts, fail) => {
    const role = annotatedRole(subject);
    const audience = audienceOf(subject);
    if (role === undefined || audience === '') return notApplicable;
    const stale = realPods(subject).filter(pod => staleAudienceOf(pod, audience) !== undefined);
    const [old] = stale.flatMap(pod => staleAudienceOf(pod, audience) ?? []);
    if (old === undefined) return pass;
    return failed({
      ...(isRefused(subject, role, old, facts) ? {} : { severity: 'low', impact: 'hygiene' }),
      ...fail.stale({ workload: workloadOf(subject), old, audience }).message,
      evidence: [
        { what: 'audience of volume aws-iam-token', got: old, wanted: audience, readFrom: readFrom(subject) },
        {
          what: `annotation ${audienceKey}`,
          got: subject.serviceAccount?.annotations[audienceKey] ?? phrase('not found'),
          readFrom: `serviceaccounts of cluster ${subject.cluster.name}`,
        },
        podEvidence(stale, subject),
      ],
      podError: 'InvalidIdentityToken: Incorrect token audience',
      fix: restartFix(stale, subject),
      explainedBy: [
        { ruleId: 'pod-role-stale', subject: subject.id },
        ...byServiceAccount(subject, ['service-account-role-arn-malformed']),
      ],
    });
  },
});

const staleAudienceOf = ({ volumes }: Pod, audience: string): string | undefined =>
  volumes.find(volume => volume.name === 'aws-iam-token' && volume.audience !== audience)?.audience;

/** True where provider or role are known to refuse the audience: what was not read makes nothing worse. */
const isRefused = (subject: PodSubject, roleArn: string, audience: string, facts: Facts): boolean => {
  const question = roleQuestion(subject, roleArn, facts);
  if (question.status !== 'ready') return question.status !== 'unknown';
  if (providerAudiences(roleArn, question.issuer, facts)?.includes(audience) === false) return true;
  return question.ask(audience).decision === 'deny';
};
