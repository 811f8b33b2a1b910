import { complete } from '../../../lib/model/collected.ts';
import { aCertificate, aHost, anIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `issuer-certificate-untrusted` is known. */
export const examples: Examples = {
  pass: { title: 'a public chain', facts: () => someFacts() },
  fail: {
    title: 'a proxy signs in place of the real authority',
    facts: () => {
      const proxy = aCertificate({
        subject: 'CN=Example Web Gateway CA',
        issuer: 'CN=Example Web Gateway CA',
        sha1: '9'.repeat(40),
        isSelfSigned: true,
      });
      const why = 'the chain ends at CN=Example Web Gateway CA, which is not a public certificate authority';
      return someFacts({
        issuers: [anIssuer({ host: complete(aHost({ chain: [proxy], trust: { verdict: 'untrusted', why } })) })],
      });
    },
  },
  unknown: { title: 'the issuer was not probed', facts: () => someFacts({ issuers: [] }) },
};
