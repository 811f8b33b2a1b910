import { complete } from '../../../lib/model/collected.ts';
import { aProvider, exampleRootThumbprint, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `provider-thumbprint-stale` is known. */
export const examples: Examples = {
  pass: { title: 'one thumbprint, and it matches', facts: () => someFacts() },
  fail: {
    title: 'the root of earlier years is still listed',
    facts: () =>
      someFacts({
        providers: complete([
          aProvider({ thumbprints: [exampleRootThumbprint, '9e99a48a9960b14926bb7f3b02e22da2b0ab7280'] }),
        ]),
      }),
  },
  unknown: {
    title: 'the issuer was not probed',
    facts: () =>
      someFacts({
        issuers: [],
        providers: complete([aProvider({ thumbprints: [exampleRootThumbprint, 'f'.repeat(40)] })]),
      }),
  },
};
