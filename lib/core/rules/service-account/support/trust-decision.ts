import type { Facts } from '../../../facts/facts.ts';
import type { ServiceAccountSubject } from '../../../facts/subjects.ts';
import { type Question, trustQuestion } from '../../../facts/trust-question.ts';
import { defaultAudience } from '../../../trust/evaluate/request.ts';
import { issuerOf, tokenSubject, wellFormedRole } from './service-account-view.ts';

/** The question whether the annotated role of a service account trusts it. */
export const questionOf = (subject: ServiceAccountSubject, facts: Facts): Question => {
  const roleArn = wellFormedRole(subject);
  if (roleArn === undefined) return { status: 'n/a' };
  const issuer = issuerOf(subject);
  return issuer === undefined
    ? { status: 'unknown', missing: { kind: 'unread', missing: `the issuer of cluster ${subject.cluster.name}` } }
    : trustQuestion({ roleArn, issuer, subject: tokenSubject(subject) }, facts);
};

/** True if the trust policy would accept the service account with another audience: then the audience alone is wrong. */
export const audienceAloneRefused = (
  question: Extract<Question, { status: 'ready' }>,
  audience: string,
  known: readonly string[],
): boolean => [defaultAudience, ...known].some(other => other !== audience && question.ask(other).decision === 'allow');
