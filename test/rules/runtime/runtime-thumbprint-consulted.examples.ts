import { notAskedFor } from '../../../lib/model/collected.ts';
import { aProvider, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { seen } from './seen.ts';

/** Worlds in which the verdict of `runtime-thumbprint-consulted` is known. */
export const examples: Examples = {
  pass: { title: 'the trust store', facts: () => verifiedBy('IAMTrustStore') },
  fail: { title: 'a thumbprint', facts: () => verifiedBy('Thumbprint') },
  unknown: {
    title: 'CloudTrail was not asked',
    facts: () => someFacts({ runtime: notAskedFor('cloudtrail:LookupEvents') }),
  },
};

const verifiedBy = (method: string) => seen({ providerArn: aProvider().arn, verificationMethods: [method] });
