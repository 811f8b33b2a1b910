import type { Facts } from '../../../facts/facts.ts';
import type { PodSubject } from '../../../facts/subjects.ts';
import { type Question, trustQuestion } from '../../../facts/trust-question.ts';
import { valueOr } from '../../../model/collected.ts';
import { subjectOf } from '../../../policy/decide/request.ts';

/** The question whether a role trusts the service account of some pods, whatever its annotation says. */
export const roleQuestion = (
  { cluster, kubernetes, pods: [pod] }: PodSubject,
  roleArn: string,
  facts: Facts,
): Question => {
  const issuer = cluster.issuer ?? valueOr(kubernetes.issuer, undefined);
  return issuer === undefined
    ? { status: 'unknown', missing: { kind: 'unread', missing: `the issuer of cluster ${cluster.name}` } }
    : trustQuestion({ roleArn, issuer, subject: subjectOf(pod.namespace, pod.serviceAccount) }, facts);
};
