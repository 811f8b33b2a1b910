import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-principal-wildcard` is known. */
export const examples: Examples = {
  pass: { title: 'a provider is named', facts: () => someFacts() },
  fail: {
    title: 'everyone beside a statement for a provider',
    facts: () => {
      const policy: { Statement: unknown[] } = JSON.parse(aTrustPolicy());
      const everyone = { Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:*' };
      const trustPolicy = JSON.stringify({ ...policy, Statement: [...policy.Statement, everyone] });
      return someFacts({ roles: complete([aRole({ trustPolicy })]) });
    },
  },
};
