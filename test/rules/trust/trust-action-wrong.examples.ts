import { complete } from '../../../lib/model/collected.ts';
import { webIdentityAction as wanted } from '../../../lib/policy/decide/action.ts';
import { aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-action-wrong` is known. */
export const examples: Examples = {
  pass: { title: 'the action of web identity', facts: () => someFacts() },
  fail: {
    title: 'sts:AssumeRole for a federated principal',
    facts: () =>
      someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy().replace(wanted, 'sts:AssumeRole') })]) }),
  },
};
