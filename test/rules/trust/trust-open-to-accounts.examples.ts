import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-open-to-accounts` is known. */
export const examples: Examples = {
  pass: { title: 'one service account and nobody else', facts: () => someFacts() },
  fail: {
    title: 'any organization, by a pattern',
    facts: () => worldWith({ StringLike: { 'aws:PrincipalOrgID': 'o-*' } }),
  },
};

const worldWith = (condition: unknown) => {
  const policy: { Statement: unknown[] } = JSON.parse(aTrustPolicy());
  const open = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole', Condition: condition };
  const trustPolicy = JSON.stringify({ ...policy, Statement: [...policy.Statement, open] });
  return someFacts({ roles: complete([aRole({ trustPolicy })]) });
};
