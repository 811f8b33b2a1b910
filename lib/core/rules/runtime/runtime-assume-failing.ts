import type { Facts } from '../../facts/facts.ts';
import type { RuntimeSubject } from '../../facts/subjects.ts';
import { complete, notAskedFor } from '../../model/collected.ts';
import type { AssumeEvents, AssumeFailure } from '../../model/runtime.ts';
import { shellQuote } from '../../text/shell-quote.ts';
import { defineRule, type Failure, failOrPass } from '../define-rule.ts';
import { aRole, exampleAccountId, exampleIssuer, someFacts } from '../example-world.ts';
import { causesOf, presentState } from './support/explain-failure.ts';

/** What pods were refused, as AWS recorded it: no event is no proof of health (docs/facts.md §0.9). */
export const runtimeAssumeFailing = defineRule({
  id: 'runtime-assume-failing',
  kind: 'runtime',
  group: 'runtime',
  impact: 'breaks',
  severity: 'high',
  articleStep: 'role-trust-policy',
  title: 'No call for the role’s credentials failed',
  needs: ['runtime'],
  docs: {
    why: 'CloudTrail records AssumeRoleWithWebIdentity calls that were refused, in the role’s account. Each is a pod that asked for its credentials and got none. Low where at least as many calls of the same hours succeeded and the error is one that passes: throttling, or an issuer that was slow.',
    fix: 'Mend what the finding names; where nothing explains it, read the event.',
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
const passingCode = /^(IDPCommunicationError|Throttling|ServiceUnavailable|InternalFailure)/;

const failureOf = (subject: RuntimeSubject, event: AssumeEvents, first: AssumeFailure, facts: Facts): Failure => {
  const count = event.failures.reduce((sum, failure) => sum + failure.count, 0);
  const words = event.failures.map(({ errorCode, errorMessage }) => `${errorCode}: ${errorMessage}`);
  const who = event.subject ?? 'a caller that the event does not name';
  const state = presentState(subject, event, facts);
  const region = shellQuote(event.region);
  const isPassing = event.successes >= count && event.failures.every(({ errorCode }) => passingCode.test(errorCode));
  return {
    discriminator: event.subject ?? '',
    ...(isPassing ? { severity: 'low', impact: 'hygiene' } : {}),
    message: `${who} was refused the role ${subject.roleArn} ${count} ${count === 1 ? 'time' : 'times'} (${[...new Set(words)].join('; ')}); ${isPassing ? `${event.successes} other ${event.successes === 1 ? 'call' : 'calls'} of the same hours succeeded, and AWS says of this error that it passes` : state}`,
    evidence: [
      ...event.failures.map(({ errorCode, errorMessage, count: times, lastAt }) => ({
        what: `${times} × ${errorCode}`,
        got: `${errorMessage}, last at ${lastAt}`,
        readFrom: `cloudtrail:LookupEvents in ${event.region}`,
      })),
      { what: 'what is configured now', got: state, readFrom: 'this run' },
    ],
    podError: `${first.errorCode}: ${first.errorMessage}`,
    ...(event.providerArn === undefined ? {} : { place: { providerArn: event.providerArn } }),
    fix: {
      summary: 'Mend the cause; where there is none, read the events.',
      commands: [
        `aws cloudtrail lookup-events --region ${region} --lookup-attributes AttributeKey=EventName,AttributeValue=AssumeRoleWithWebIdentity --start-time ${shellQuote(first.lastAt)} --max-results 50`,
      ],
    },
    explainedBy: causesOf(event, facts),
  };
};
