import { complete } from '../../../lib/model/collected.ts';
import { aProvider, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `provider-thumbprint-mismatch` is known. */
export const examples: Examples = {
  pass: {
    title: 'the last certificate is pinned, in upper case',
    facts: () =>
      someFacts({ providers: complete([aProvider({ thumbprints: ['06B25927C42A721631C1EFD9431E648FA62E1E39'] })]) }),
  },
  fail: {
    title: 'a thumbprint of another server is pinned',
    facts: () => someFacts({ providers: complete([aProvider({ thumbprints: ['ab'.repeat(20)] })]) }),
  },
  unknown: { title: 'the issuer was not probed', facts: () => someFacts({ issuers: [] }) },
};
