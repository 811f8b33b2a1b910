import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-never-matches` is known. */
export const examples: Examples = {
  pass: { title: 'a token of the service account matches', facts: () => someFacts() },
  fail: {
    title: 'two patterns that share no name',
    facts: () => {
      const key = `${exampleIssuer.slice('https://'.length)}:sub`;
      const condition = {
        StringEquals: { [key]: 'system:serviceaccount:checkout:cart' },
        StringLike: { [key]: 'system:serviceaccount:shipping:*' },
      };
      return someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
    },
  },
};
