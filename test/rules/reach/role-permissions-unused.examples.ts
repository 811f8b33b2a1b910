import { complete } from '../../../lib/model/collected.ts';
import { someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';
import { usedWorld } from './used-world.ts';

/** Worlds in which the verdict of `role-permissions-unused` is known. */
export const examples: Examples = {
  pass: {
    title: 'a role that called every service that its policy names',
    facts: () => usedWorld(['s3:GetObject', 'sqs:*'], []),
  },
  fail: {
    title: 'a role that never called SQS, which its policy names',
    facts: () => usedWorld(['s3:GetObject', 'sqs:*'], ['sqs']),
  },
  unknown: {
    title: 'which services roles called was not asked for',
    facts: () => someFacts({ rolePermissions: complete({ roles: {}, policies: {}, levels: {} }) }),
  },
};
