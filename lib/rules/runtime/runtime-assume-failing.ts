import type { Facts } from '../../facts/facts.ts';
import type { RuntimeSubject } from '../../facts/subjects.ts';
import { refusedCalls } from '../../fixes/look-steps.ts';
import { roleNameOf } from '../../model/arn.ts';
import type { AssumeEvents, AssumeFailure } from '../../model/runtime.ts';
import { defineRule, failOrPass } from '../define-rule.ts';
import type { Failure } from '../failure.ts';
import { failures } from '../failure.ts';
import { callEvidence, stateEvidence } from './support/call-evidence.ts';
import { callerOf } from './support/caller.ts';
import { causesOf, isProviderRead, presentState } from './support/explain-failure.ts';
import { oldSdkCauses } from './support/old-sdks.ts';

const fail = failures({
  transient: [
    'refused now and then',
    '{caller} was refused role {role} by a transient error: most calls of the same hours succeeded',
  ],
  roleMissing: ['refused: no such role', '{caller} was refused role {role}, which does not exist now'],
  roleUnread: ['refused', '{caller} was refused role {role}; the role could not be read'],
  providerMissing: ['refused: no provider', '{caller} was refused role {role}: its provider does not exist now'],
  callerUnknown: ['refused', '{caller} was refused role {role}'],
  denied: ['refused by trust policy', '{caller} was refused role {role}: the trust policy denies it now'],
  undecided: ['refused', '{caller} was refused role {role}; the answer of the trust policy cannot be known'],
  unexplained: ['refused, not explained', '{caller} was refused role {role}, although the trust policy allows it now'],
});

/** What pods were refused, as AWS recorded it: no event is no proof of health (docs/facts.md §0.9). */
export const runtimeAssumeFailing = defineRule({
  id: 'runtime-assume-failing',
  kind: 'runtime',
  group: 'runtime',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'No call for the role’s credentials fails',
  says: fail.says,
  needs: ['runtime'],
  docs: {
    why: 'CloudTrail records refused AssumeRoleWithWebIdentity calls in the role’s account. Each is a pod that asked for credentials and got none. Low where at least as many calls of the same hours succeeded and the error is transient: throttling, or a slow issuer.',
    fix: 'Fix the cause that the finding names. Where it names none, read the event.',
    references: [
      'https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html',
      'docs/facts.md §C.2, §E.3',
    ],
  },
  check: (subject, facts) =>
    failOrPass(
      subject.events.flatMap(event => {
        const [first] = event.failures;
        return first ? [failureOf(subject, event, first, facts)] : [];
      }),
    ),
});

/** Errors that STS's API reference says to try again: SDKs do, and where as many calls or more succeed nothing is broken. */
const transientCode = /^(IDPCommunicationError|Throttling|ServiceUnavailable|InternalFailure)/;

const failureOf = (subject: RuntimeSubject, event: AssumeEvents, first: AssumeFailure, facts: Facts): Failure => {
  const count = event.failures.reduce((sum, failure) => sum + failure.count, 0);
  const state = presentState(subject, event, facts);
  const isTransient =
    event.successes >= count && event.failures.every(({ errorCode }) => transientCode.test(errorCode));
  const about = { caller: callerOf(event), role: roleNameOf(subject.roleArn) };
  const isOfSdk = state.id === 'unexplained' && isProviderRead(event, facts);
  return fail[isTransient ? 'transient' : state.id](about)
    .discriminator(event.subject ?? '')
    .severity(isTransient ? 'low' : undefined)
    .impact(isTransient ? 'hygiene' : undefined)
    .pieces(...callEvidence(event))
    .pieces(...stateEvidence(state, subject))
    .podError(`${first.errorCode}: ${first.errorMessage}`)
    .place(event.providerArn === undefined ? undefined : { providerArn: event.providerArn })
    .explainedBy([...causesOf(event, facts), ...(isOfSdk ? oldSdkCauses(event, subject.id) : [])])
    .fix({
      summary: 'Fix the cause. If none is known, read the events.',
      steps: [refusedCalls(facts.snapshot.accountId, event.region)],
    });
};
