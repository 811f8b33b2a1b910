import { complete } from '../../../lib/model/collected.ts';
import { aProvider, exampleIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `provider-quota-near` is known. */
export const examples: Examples = {
  pass: {
    title: 'the quota was read and is far',
    facts: () => someFacts({ quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }) }),
  },
  fail: {
    title: 'eighty of a hundred',
    facts: () => someFacts({ quotas: complete({ oidcProviders: 100, trustPolicyLength: 2048 }), providers: eighty() }),
  },
  unknown: { title: 'eighty, and the quota was not read', facts: () => someFacts({ providers: eighty() }) },
};

const eighty = () =>
  complete(
    Array.from({ length: 80 }, (_, at) => aProvider({ issuer: exampleIssuer.replace(/.{4}$/, String(1000 + at)) })),
  );
