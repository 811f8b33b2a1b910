import { complete } from '../../../lib/model/collected.ts';
import { exampleAccountId, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `role-denied-by-rcp` is known. */
export const examples: Examples = {
  pass: { title: 'the policy names the issuer of the cluster', facts: () => denyingOthersThan(exampleIssuer) },
  fail: {
    title: 'the policy names GitHub as the only issuer',
    facts: () => denyingOthersThan('https://token.actions.githubusercontent.com'),
  },
  unknown: {
    title: 'the policy leaves out roles with a tag, and tags were not read',
    facts: () => denying({ StringNotEqualsIfExists: { 'aws:ResourceTag/outside': 'true' } }),
  },
};

/** Facts with one control policy. */
const denying = (condition: unknown) => {
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRoleWithWebIdentity', Resource: '*', Condition: condition },
    ],
  });
  const policy = { id: 'p-0a1b2c3d', name: 'trusted-issuers', attachedTo: exampleAccountId, document };
  return someFacts({ controlPolicies: complete([policy]) });
};

const denyingOthersThan = (issuer: string) => denying({ Null: { [`${issuer.slice('https://'.length)}:sub`]: 'true' } });
