import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-audience-impossible` is known. */
export const examples: Examples = {
  pass: { title: 'the test names the audience of the provider', facts: () => someFacts() },
  fail: {
    title: 'the domain of China in the audience',
    facts: () => {
      const host = exampleIssuer.slice('https://'.length);
      const condition = {
        StringEquals: {
          [`${host}:aud`]: 'sts.amazonaws.com.cn',
          [`${host}:sub`]: 'system:serviceaccount:checkout:cart',
        },
      };
      return someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
    },
  },
};
