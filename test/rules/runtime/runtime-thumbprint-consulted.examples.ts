import { complete, notAskedFor } from '../../../lib/model/collected.ts';
import { aProvider, aRole, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `runtime-thumbprint-consulted` is known. */
export const examples: Examples = {
  pass: { title: 'the trust store', facts: () => verifiedBy('IAMTrustStore') },
  fail: { title: 'a thumbprint', facts: () => verifiedBy('Thumbprint') },
  unknown: {
    title: 'CloudTrail was not asked',
    facts: () => someFacts({ runtime: notAskedFor('cloudtrail:LookupEvents') }),
  },
};

const verifiedBy = (method: string) =>
  someFacts({
    runtime: complete({
      from: '2026-10-31T23:00:00Z',
      to: '2026-11-01T06:00:00Z',
      events: [
        {
          roleArn: aRole().arn,
          subject: 'system:serviceaccount:checkout:cart',
          providerArn: aProvider().arn,
          region: 'eu-west-1',
          successes: 1,
          failures: [],
          userAgents: [],
          verificationMethods: [method],
          lastAt: '2026-11-01T05:30:00Z',
        },
      ],
    }),
  });
