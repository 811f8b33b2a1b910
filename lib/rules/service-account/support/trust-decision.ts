import {
  type Facts,
  type ReadyQuestion,
  type ServiceAccountSubject,
  type TrustQuestion,
  trustQuestion,
} from '../../../facts.ts';
import { cleanIssuer, parseArn, providerArn, readFailuresOf, valueOr } from '../../../model.ts';
import { defaultAudience, testsOnClaim } from '../../../policy.ts';
import { tokenIssuerOf, tokenSubject, wellFormedRole } from './service-account-view.ts';

/** The question whether the annotated role of a service account trusts it. */
export const questionOf = (subject: ServiceAccountSubject, facts: Facts): TrustQuestion => {
  const roleArn = wellFormedRole(subject);
  if (roleArn === undefined) return { status: 'n/a' };
  const issuer = tokenIssuerOf(subject);
  return issuer === undefined
    ? { status: 'unknown', missing: { kind: 'unread', missing: `the issuer of cluster ${subject.cluster.name}` } }
    : trustQuestion({ roleArn, issuer, subject: tokenSubject(subject) }, facts);
};

/** For an audience that the trust policy denies: true if it would accept the service account with another one. Then the
 *  audience alone is wrong. */
export const audienceAloneRefused = (question: ReadyQuestion, known: readonly string[]): boolean =>
  [defaultAudience, ...known].some(other => question.ask(other).decision === 'allow');

/** True if the provider was not read, and with an audience that the policy names it may be the audience alone that is
 *  wrong: the provider may accept that one. */
export const mayBeAudienceAlone = (question: ReadyQuestion, facts: Facts): boolean =>
  isProviderUnread(question, facts) && audienceAloneRefused(question, audiencesNamed(question));

const isProviderUnread = ({ roleArn, issuer }: ReadyQuestion, { snapshot }: Facts): boolean => {
  const role = parseArn(roleArn);
  if (role?.accountId !== snapshot.accountId) return false;
  const wanted = providerArn(role.partition, role.accountId, issuer);
  const provider = valueOr(snapshot.providers, []).find(({ arn }) => arn === wanted);
  return readFailuresOf(provider?.detail ?? snapshot.providers).some(({ kind }) => kind !== 'not-asked-for');
};

/** The audiences that a policy names for tokens of an issuer; of a pattern, a text that it matches. */
const audiencesNamed = ({ policy, issuer }: ReadyQuestion): readonly string[] =>
  policy.statements
    .flatMap(({ conditions }) => testsOnClaim(conditions, 'aud', [cleanIssuer(issuer)]))
    .flatMap(({ values }) => values.map(({ text }) => text.replaceAll('*', '').replaceAll('?', 'a')));
