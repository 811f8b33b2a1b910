import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import { aProvider, aRole, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `runtime-sts-region` is known. */
export const examples: Examples = {
  pass: { title: 'calls in the region of the cluster', facts: () => calledIn('eu-west-1') },
  fail: { title: 'an SDK that calls the global endpoint', facts: () => calledIn('us-east-1') },
  unknown: {
    title: 'CloudTrail was not asked',
    facts: () => someFacts({ runtime: notAskedFor('cloudtrail:LookupEvents') }),
  },
};

const calledIn = (region: string) =>
  someFacts({
    runtime: complete({
      from: '2026-10-31T23:00:00Z',
      to: '2026-11-01T06:00:00Z',
      events: [
        {
          roleArn: aRole().arn,
          subject: 'system:serviceaccount:checkout:cart',
          providerArn: aProvider().arn,
          region,
          successes: 3,
          failures: [],
          userAgents: ['aws-sdk-js/3.632.0'],
          verificationMethods: [],
          lastAt: '2026-11-01T05:00:00Z',
        },
      ],
    }),
  });
