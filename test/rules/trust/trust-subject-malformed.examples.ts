import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-subject-malformed` is known. */
export const examples: Examples = {
  pass: { title: 'namespace and name in lower case', facts: () => someFacts() },
  fail: {
    title: 'the namespace in upper case',
    facts: () =>
      someFacts({
        roles: complete([aRole({ trustPolicy: aTrustPolicy({ subject: 'system:serviceaccount:Checkout:cart' }) })]),
      }),
  },
};
