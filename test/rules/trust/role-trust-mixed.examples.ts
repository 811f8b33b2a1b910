import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `role-trust-mixed` is known. */
export const examples: Examples = {
  pass: { title: 'one service account and nobody else', facts: () => someFacts() },
  fail: {
    title: 'EC2 instances can assume it too',
    facts: () => {
      const policy: { Statement: unknown[] } = JSON.parse(aTrustPolicy());
      const ec2 = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
      return someFacts({
        roles: complete([aRole({ trustPolicy: JSON.stringify({ ...policy, Statement: [...policy.Statement, ec2] }) })]),
      });
    },
  },
};
