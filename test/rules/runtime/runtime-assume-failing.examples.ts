import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import type { AssumeEvents } from '../../../lib/model/runtime.ts';
import { aRole, exampleAccountId, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `runtime-assume-failing` is known. */
export const examples: Examples = {
  pass: { title: 'only successes', facts: () => withEvent({ failures: [] }) },
  fail: { title: 'refused 12 times', facts: () => withEvent({}) },
  unknown: {
    title: 'CloudTrail was not asked',
    facts: () => someFacts({ runtime: notAskedFor('cloudtrail:LookupEvents') }),
  },
};

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
