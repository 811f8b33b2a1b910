import type { Facts } from '../../../facts/facts.ts';
import type { ServiceAccountSubject } from '../../../facts/subjects.ts';
import type { Question } from '../../../facts/trust-question.ts';
import { addAudience } from '../../../fixes/aws-steps.ts';
import { minimalGrant } from '../../../fixes/minimal-grant.ts';
import { parseArn, providerArnBeside } from '../../../model/arn.ts';
import type { Alternative, FixDraft } from '../../../model/finding.ts';
import { audienceKey } from '../../../model/irsa-annotation.ts';
import { defaultAudience } from '../../../policy/decide/request.ts';
import { phrase } from '../../../text/message.ts';
import { accessOfProvider } from '../../access/access-change.ts';
import type { Failure } from '../../failure.ts';
import { hasRoomFor } from './room-for-audience.ts';
import { annotateStep, explainsRuntime, nameOf, sourceOf } from './service-account-view.ts';

/** Lets provider and role take the audience, where the account owns both and the grant is proven to be for this service
 *  account alone, and the provider has room for it. */
export const takingAudience = (
  question: Extract<Question, { status: 'ready' }>,
  audience: string,
  known: readonly string[],
  facts: Facts,
): readonly Alternative[] => {
  const { roleArn, issuer } = question;
  if (parseArn(roleArn)?.accountId !== facts.snapshot.accountId) return [];
  if (!known.includes(audience) && !hasRoomFor(audience, issuer, known, facts)) return [];
  const provider = providerArnBeside(roleArn, issuer);
  const isAllowed = question.ask(audience).decision === 'allow';
  const grant = isAllowed
    ? []
    : [minimalGrant(question.policy, question.trustPolicy, question.request(audience))?.step];
  const steps = [
    ...grant,
    known.includes(audience) ? undefined : addAudience(provider, audience, accessOfProvider(provider, audience, facts)),
  ].filter(step => step !== undefined);
  if (grant.includes(undefined) || steps.length === 0) return [];
  return [{ summary: `Keep the audience ${audience}: let the provider and the role take it.`, steps }];
};

/** What all failures of a refused audience have in common; `more` is evidence beside the annotation. */
export const audienceFailure = (
  subject: ServiceAccountSubject,
  roleArn: string,
  more: Failure['evidence'],
  alternatives: readonly Alternative[] = [],
): Omit<Failure, 'messageId' | 'data'> => ({
  evidence: [
    {
      what: subject.serviceAccount.configMap === undefined ? `annotation ${audienceKey}` : 'Audience',
      got: subject.serviceAccount.annotations[audienceKey] || phrase('empty'),
      readFrom: sourceOf(subject),
    },
    ...more,
  ],
  fix: { ...fixOf(subject), ...(alternatives.length === 0 ? {} : { alternatives }) },
  explains: [{ ruleId: 'service-account-role-not-trusting', subject: subject.id }, explainsRuntime(subject, roleArn)],
});

const fixOf = (subject: ServiceAccountSubject): FixDraft => {
  const { configMap } = subject.serviceAccount;
  const choice = 'Whether the audience is needed: if it is, add it to the provider and to the trust policy instead.';
  const soThat = `so that tokens carry ${defaultAudience}, then restart the pods.`;
  return configMap === undefined
    ? {
        summary: `Remove the audience annotation, ${soThat}`,
        steps: [annotateStep(subject, audienceKey, undefined)],
        choice,
      }
    : { summary: `Change the Audience of ${nameOf(subject)} in ConfigMap ${configMap}, ${soThat}`, steps: [], choice };
};
