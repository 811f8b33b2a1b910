import { stripScheme } from '../../../lib/model/arn.ts';
import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** The examples of a rule on subject patterns: a role that names one service account, and one with this pattern. */
export const patternExamples = (title: string, pattern: string): Examples => ({
  pass: { title: 'one service account is named', facts: () => someFacts() },
  fail: {
    title,
    facts: () => {
      const condition = { StringLike: { [`${stripScheme(exampleIssuer)}:sub`]: pattern } };
      return someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
    },
  },
});
