import { complete, unavailable } from '../../../lib/model/collected.ts';
import { aProvider, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `provider-audience-missing` is known. */
export const examples: Examples = {
  pass: { title: 'the audience is listed', facts: () => someFacts() },
  fail: {
    title: 'the audience ends with a blank',
    facts: () => someFacts({ providers: complete([aProvider({ audiences: ['sts.amazonaws.com '] })]) }),
  },
  unknown: {
    title: 'GetOpenIDConnectProvider was refused',
    facts: () =>
      someFacts({
        providers: complete([
          aProvider({
            detail: unavailable({ kind: 'denied', operation: 'iam:GetOpenIDConnectProvider', message: 'denied' }),
          }),
        ]),
      }),
  },
};
