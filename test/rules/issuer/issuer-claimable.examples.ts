import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { IssuerFacts } from '../../../lib/model/issuer.ts';
import { anIssuer, aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import type { Examples } from '../../support/rule-examples.ts';

/** Worlds in which the verdict of `issuer-claimable` is known. */
export const examples: Examples = {
  pass: { title: 'the bucket serves the documents', facts: () => worldWith({}) },
  fail: {
    title: 'S3 answers NoSuchBucket',
    facts: () => worldWith({ missing: { kind: 'bucket', name: 'kops-oidc' } }),
  },
  unknown: {
    title: 'the host does not answer in time, which proves nothing',
    facts: () =>
      worldWith({ host: unavailable({ kind: 'timed-out', operation: 'TLS handshake', message: 'ETIMEDOUT' }) }),
  },
};

const own = 'https://kops-oidc.s3.eu-west-1.amazonaws.com';

const worldWith = (over: Partial<IssuerFacts>) =>
  someFacts({
    settings: { registeredIssuers: [own] },
    providers: complete([aProvider({ issuer: own })]),
    roles: complete([aRole({ trustPolicy: aTrustPolicy({ issuer: own }) })]),
    issuers: [anIssuer(), anIssuer({ url: own, ...over })],
  });
