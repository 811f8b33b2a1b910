import { complete } from '../../../lib/model/collected.ts';
import { aRole, aTrustPolicy, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `trust-condition-expired` is known. */
export const examples: Examples = {
  pass: { title: 'a date in the far future', facts: () => until('2030-01-01T00:00:00Z') },
  fail: { title: 'a date that has passed', facts: () => until('2026-06-30T00:00:00Z') },
  unknown: { title: 'a value that is no date, which AWS does not document', facts: () => until('new year 2030') },
};

const until = (date: string) => {
  const hostPath = exampleIssuer.slice('https://'.length);
  const condition = {
    StringEquals: { [`${hostPath}:sub`]: 'system:serviceaccount:checkout:cart' },
    DateLessThan: { 'aws:CurrentTime': date },
  };
  return someFacts({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition }) })]) });
};
