import { notAskedFor } from '../../../lib/model/collected.ts';
import { aProvider, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { seen } from './seen.ts';

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
  seen({ providerArn: aProvider().arn, region, successes: 3, userAgents: ['aws-sdk-js/3.632.0'] });
