import type { Facts } from '../../../lib/facts/facts.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-any-subject` is known. */
export const examples: Examples = {
  pass: { title: 'one account is named', facts: () => someFacts() },
  fail: {
    title: 'only the audience is tested',
    facts: () => worldWith({ StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com' } }),
  },
};

const host = exampleIssuer.slice('https://'.length);

const worldWith = (condition: unknown): Facts =>
  someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
