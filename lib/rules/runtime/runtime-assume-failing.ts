import type { Facts } from '../../facts/facts.ts';
import type { RuntimeSubject } from '../../facts/subjects.ts';
import { refusedCalls } from '../../fixes/look-steps.ts';
import { roleNameOf } from '../../model/arn.ts';
import { complete, notAskedFor } from '../../model/collected.ts';
import type { AssumeEvents, AssumeFailure } from '../../model/runtime.ts';
import { defineMessages } from '../../text/message.ts';
import { defineRule, type Failure, failOrPass } from '../define-rule.ts';
import { aRole, exampleAccountId, exampleIssuer, someFacts } from '../example-world.ts';
import { callEvidence, stateEvidence } from './support/call-evidence.ts';
import { callerOf } from './support/caller.ts';
import { causesOf, isProviderRead, presentState } from './support/explain-failure.ts';
import { oldSdkCauses } from './support/old-sdks.ts';

const message = defineMessages({
  transient: '{caller} was refused role {role} by a transient error: most calls of the same hours succeeded',
  roleMissing: '{caller} was refused role {role}, which does not exist now',
  roleUnread: '{caller} was refused role {role}; the role could not be read',
  providerMissing: '{caller} was refused role {role}: its provider does not exist now',
  callerUnknown: '{caller} was refused role {role}',
  denied: '{caller} was refused role {role}: the trust policy denies it now',
  undecided: '{caller} was refused role {role}; the answer of the trust policy cannot be known',
  unexplained: '{caller} was refused role {role}, although the trust policy allows it now',
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
  brief: {
    transient: 'refused now and then',
    roleMissing: 'refused: no such role',
    roleUnread: 'refused',
    providerMissing: 'refused: no provider',
    callerUnknown: 'refused',
    denied: 'refused by trust policy',
    undecided: 'refused',
    unexplained: 'refused, not explained',
  },
  messages: message.templates,
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
  examples: {
    pass: { title: 'only successes', facts: () => withEvent({ failures: [] }) },
    fail: { title: 'refused 12 times', facts: () => withEvent({}) },
    unknown: {
      title: 'CloudTrail was not asked',
      facts: () => someFacts({ runtime: notAskedFor('cloudtrail:LookupEvents') }),
    },
  },
});

const withEvent = (over: Partial<AssumeEvents>) => {
  const event: AssumeEvents = {
    roleArn: aRole().arn,
    subject: 'system:serviceaccount:checkout:basket',
    providerArn: `arn:aws:iam::${exampleAccountId}:oidc-provider/${exampleIssuer.replace('https://', '')}`,
    region: 'eu-west-1',
    successes: 0,
    failures: [
      {
        errorCode: 'AccessDenied',
        errorMessage: 'An unknown error occurred',
        count: 12,
        lastAt: '2026-11-01T05:30:00Z',
      },
    ],
    userAgents: [],
    verificationMethods: [],
    lastAt: '2026-11-01T05:30:00Z',
    ...over,
  };
  return someFacts({
    runtime: complete({ from: '2026-10-31T23:00:00Z', to: '2026-11-01T06:00:00Z', events: [event] }),
  });
};

/** Errors that STS's API reference says to try again: SDKs do, and where as many calls or more succeed nothing is broken. */
const transientCode = /^(IDPCommunicationError|Throttling|ServiceUnavailable|InternalFailure)/;

const failureOf = (subject: RuntimeSubject, event: AssumeEvents, first: AssumeFailure, facts: Facts): Failure => {
  const count = event.failures.reduce((sum, failure) => sum + failure.count, 0);
  const state = presentState(subject, event, facts);
  const isTransient =
    event.successes >= count && event.failures.every(({ errorCode }) => transientCode.test(errorCode));
  const about = { caller: callerOf(event), role: roleNameOf(subject.roleArn) };
  const isOfSdk = state.id === 'unexplained' && isProviderRead(event, facts);
  return {
    discriminator: event.subject ?? '',
    ...(isTransient ? { severity: 'low', impact: 'hygiene' } : {}),
    ...message(isTransient ? 'transient' : state.id, about),
    evidence: [...callEvidence(event), ...stateEvidence(state, subject)],
    podError: `${first.errorCode}: ${first.errorMessage}`,
    ...(event.providerArn === undefined ? {} : { place: { providerArn: event.providerArn } }),
    fix: {
      summary: 'Fix the cause. If none is known, read the events.',
      steps: [refusedCalls(facts.snapshot.accountId, event.region)],
    },
    explainedBy: [...causesOf(event, facts), ...(isOfSdk ? oldSdkCauses(event, subject.id) : [])],
  };
};
