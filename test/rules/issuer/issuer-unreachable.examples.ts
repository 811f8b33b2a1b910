import { type ReadFailure, unavailable } from '../../../lib/model/collected.ts';
import type { IssuerFacts } from '../../../lib/model/issuer.ts';
import { anIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `issuer-unreachable` is known. */
export const examples: Examples = {
  pass: { title: 'both documents were fetched', facts: () => someFacts() },
  fail: {
    title: 'the issuer answers 404',
    facts: () => someFacts({ issuers: [without({ kind: 'not-found', operation: 'GET …', message: 'HTTP 404' })] }),
  },
  unknown: {
    title: 'the host has a private address here',
    facts: () =>
      someFacts({
        issuers: [
          {
            ...without({ kind: 'not-asked-for', operation: 'GET …', message: 'the host was not reached' }),
            host: unavailable({
              kind: 'unreachable',
              operation: 'TLS handshake',
              message: '10.0.0.5 is not a public address',
            }),
            fromPrivateNetwork: true,
          },
        ],
      }),
  },
};

const without = (reason: ReadFailure): IssuerFacts =>
  anIssuer({ discovery: unavailable(reason), keys: unavailable(reason) });
