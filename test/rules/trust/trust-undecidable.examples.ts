import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-undecidable` is known. */
export const examples: Examples = {
  pass: { title: 'subject and audience are tested', facts: () => someFacts() },
  fail: {
    title: 'an ARN operator on the subject, which is not an ARN',
    facts: () => {
      const key = `${exampleIssuer.slice('https://'.length)}:sub`;
      const condition = { ArnLike: { [key]: 'system:serviceaccount:checkout:cart' } };
      return someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
    },
  },
  unknown: {
    title: 'a tag of the role decides, and its tags were not read',
    facts: () => {
      const condition = { StringEquals: { 'aws:ResourceTag/team': 'checkout' } };
      return someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
    },
  },
};
