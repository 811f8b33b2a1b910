import type { ServiceAccountSubject } from '../../../facts/subjects.ts';
import { audienceKey } from '../../../model/irsa-annotation.ts';
import { phrase } from '../../../text/message.ts';
import { defaultAudience } from '../../../trust/evaluate/request.ts';
import type { Failure } from '../../define-rule.ts';
import { annotateStep, explainsRuntime, readFrom } from './service-account-view.ts';

/** What all failures of a refused audience have in common; `more` is evidence beside the annotation. */
export const audienceFailure = (
  subject: ServiceAccountSubject,
  roleArn: string,
  more: Failure['evidence'],
): Omit<Failure, 'messageId' | 'data'> => ({
  evidence: [
    {
      what: `annotation ${audienceKey}`,
      got: subject.serviceAccount.annotations[audienceKey] || phrase('empty'),
      readFrom: readFrom(subject),
    },
    ...more,
  ],
  fix: {
    summary: `Remove the audience annotation, so that tokens carry ${defaultAudience}, then restart the pods.`,
    steps: [annotateStep(subject, audienceKey, undefined)],
    choice: 'Whether the audience is needed: if it is, add it to the provider and to the trust policy instead.',
  },
  explains: [{ ruleId: 'service-account-role-not-trusting', subject: subject.id }, explainsRuntime(subject, roleArn)],
});
