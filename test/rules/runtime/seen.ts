import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { AssumeEvents } from '../../../lib/model/runtime.ts';
import { aRole, someFacts } from '../../support/example-world.ts';

/** A world of which CloudTrail shows the calls of one service account, as far as the example does not say otherwise. */
export const seen = (over: Partial<AssumeEvents>): Facts =>
  someFacts({
    runtime: complete({
      from: '2026-10-31T23:00:00Z',
      to: '2026-11-01T06:00:00Z',
      events: [
        {
          roleArn: aRole().arn,
          subject: 'system:serviceaccount:checkout:cart',
          region: 'eu-west-1',
          successes: 1,
          failures: [],
          userAgents: [],
          verificationMethods: [],
          lastAt: '2026-11-01T05:30:00Z',
          ...over,
        },
      ],
    }),
  });
