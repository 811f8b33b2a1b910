import { notAskedFor } from '../../../lib/model/collected.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { seen } from './seen.ts';

/** Worlds in which the verdict of `runtime-sdk-unsupported` is known. */
export const examples: Examples = {
  pass: { title: 'a current SDK', facts: () => withAgent('Boto3/1.43.47 md/Botocore#1.43.47 ua/2.1 lang/python#3.13') },
  fail: { title: 'boto3 of 2019', facts: () => withAgent('Boto3/1.9.100 Python/3.7.10 Linux/4.14 Botocore/1.12.100') },
  unknown: {
    title: 'CloudTrail was not asked',
    facts: () => someFacts({ runtime: notAskedFor('cloudtrail:LookupEvents') }),
  },
};

const withAgent = (agent: string) =>
  seen({
    successes: 0,
    failures: [{ errorCode: 'AccessDenied', errorMessage: '', count: 3, lastAt: '2026-11-01T05:30:00Z' }],
    userAgents: [agent],
    verificationMethods: ['IAMTrustStore'],
  });
