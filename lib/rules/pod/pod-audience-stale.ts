import { type Facts, type PodSubject, providerAudiences, wrongAudience } from '../../facts.ts';
import { audienceKey, type Pod } from '../../model.ts';
import { phrase } from '../../text.ts';
import { defineRule, notApplicable, pass } from '../prelude.ts';
import {
  annotatedRole,
  audienceOfPods,
  byServiceAccount,
  podEvidence,
  podsReadFrom,
  realPods,
  restartFix,
  roleQuestion,
  workloadOf,
} from './support/pod-view.ts';

/** Like the role, the audience is copied into a pod once. */
export const podAudienceStale = defineRule({
  id: 'pod-audience-stale',
  kind: 'pod',
  impact: 'breaks',
  severity: 'medium',
  articleStep: 'webhook-injection',
  title: 'Tokens of pods have the audience that is asked for now',
  fault: 'Tokens of pods have an old audience',
  says: {
    stale: [
      'tokens of an old audience',
      'tokens of {workload} have audience "{old}", but its service account now asks for "{audience}"',
    ],
  },
  needs: ['service-accounts', 'pods'],
  why: 'The webhook writes the audience into the token volume when a pod is created. After eks.amazonaws.com/audience is changed, running pods keep the old one until they are restarted, and STS refuses it once provider or role accept only the new one. Low as long as neither is known to refuse the old one.',
  fix: 'Restart the pods. Where their template has a volume aws-iam-token of its own, correct its audience there.',
  references: ['https://github.com/aws/amazon-eks-pod-identity-webhook#eks-walkthrough', 'docs/facts.md §D.1, §D.2'],
  check: (subject, facts, fail) => {
    const role = annotatedRole(subject);
    const audience = audienceOfPods(subject);
    if (role === undefined || audience === '') return notApplicable;
    const stale = realPods(subject).filter(pod => staleAudienceOf(pod, audience) !== undefined);
    const [old] = stale.flatMap(pod => staleAudienceOf(pod, audience) ?? []);
    if (old === undefined) return pass;
    return fail
      .stale({ workload: workloadOf(subject), old, audience })
      .severity(isRefused(subject, role, old, facts) ? undefined : 'low')
      .impact(isRefused(subject, role, old, facts) ? undefined : 'hygiene')
      .evidence('audience of volume aws-iam-token', podsReadFrom(subject), old, audience)
      .evidence(
        `annotation ${audienceKey}`,
        `serviceaccounts of cluster ${subject.cluster.name}`,
        subject.serviceAccount?.annotations[audienceKey] ?? phrase('not found'),
      )
      .pieces(podEvidence(stale, subject))
      .podError(wrongAudience)
      .explainedBy([
        { ruleId: 'pod-role-stale', subject: subject.id },
        ...byServiceAccount(subject, ['service-account-role-arn-malformed']),
      ])
      .fix(restartFix(stale, subject));
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
