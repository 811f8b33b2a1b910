import { complete } from '../../../lib/model/collected.ts';
import { aRole, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-policy-unparseable` is known. */
export const examples: Examples = {
  pass: { title: 'a policy as eksctl writes it', facts: () => someFacts() },
  fail: {
    title: 'a policy that was cut off',
    facts: () => someFacts({ roles: complete([aRole({ trustPolicy: '{"Version":"2012-10-17","Statement":[' })]) }),
  },
};
