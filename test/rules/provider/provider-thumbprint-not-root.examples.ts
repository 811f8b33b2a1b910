import { complete } from '../../../lib/model/collected.ts';
import { aProvider, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `provider-thumbprint-not-root` is known. */
export const examples: Examples = {
  pass: { title: 'the last certificate is pinned', facts: () => someFacts() },
  fail: {
    title: "the server's own certificate is pinned",
    facts: () => someFacts({ providers: complete([aProvider({ thumbprints: ['1'.repeat(40)] })]) }),
  },
  unknown: { title: 'the issuer was not probed', facts: () => someFacts({ issuers: [] }) },
};
