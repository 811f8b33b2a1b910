import { complete } from '../../../lib/model/collected.ts';
import { anIssuer, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `issuer-discovery-invalid` is known. */
export const examples: Examples = {
  pass: { title: 'the documents of EKS', facts: () => someFacts() },
  fail: {
    title: 'the document names another issuer',
    facts: () =>
      someFacts({
        issuers: [anIssuer({ discovery: complete({ issuer: `${exampleIssuer}/`, jwksUri: `${exampleIssuer}/keys` }) })],
      }),
  },
  unknown: { title: 'the issuer was not probed', facts: () => someFacts({ issuers: [] }) },
};
