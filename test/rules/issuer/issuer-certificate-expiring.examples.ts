import { complete } from '../../../lib/model/collected.ts';
import { aCertificate, aHost, anIssuer, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `issuer-certificate-expiring` is known. */
export const examples: Examples = {
  pass: { title: 'years to go', facts: () => someFacts() },
  fail: {
    title: 'the intermediate ends in three weeks',
    facts: () => {
      const ending = aCertificate({
        subject: 'CN=Amazon RSA 2048 M01',
        sha1: '2'.repeat(40),
        notAfter: '2026-11-22T00:00:00.000Z',
      });
      return someFacts({ issuers: [anIssuer({ host: complete(aHost({ chain: [ending, aCertificate()] })) })] });
    },
  },
  unknown: { title: 'the issuer was not probed', facts: () => someFacts({ issuers: [] }) },
};
