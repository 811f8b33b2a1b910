/** Worlds that the tests of several rules on this subject share. */
import { complete, type ReadFailure, type ReadFailureKind, unavailable } from '../../../lib/model/collected.ts';
import type { ChainTrust, IssuerFacts, ServedCertificate, SigningKey } from '../../../lib/model/issuer.ts';
import { aCertificate, aHost, anIssuer, aProvider, someFacts } from '../../support/example-world.ts';

export const reason = (kind: ReadFailureKind, message = 'HTTP 404'): ReadFailure => ({
  kind,
  operation: 'GET',
  message,
});

export const sees = (over: Partial<IssuerFacts>) => () => someFacts({ issuers: [anIssuer(over)] });

export const without = (kind: ReadFailureKind, over: Partial<IssuerFacts> = {}) =>
  sees({ discovery: unavailable(reason(kind)), keys: unavailable(reason('not-asked-for')), ...over });

export const hostless = (kind: ReadFailureKind, fromPrivateNetwork = false) =>
  without('not-asked-for', { host: unavailable(reason(kind, 'no way')), fromPrivateNetwork });

export const notProbed = () => someFacts({ issuers: [] });

export const proxy = aCertificate({
  subject: 'CN=Gateway',
  issuer: 'CN=Gateway',
  sha1: '9'.repeat(40),
  isSelfSigned: true,
});

export const trust = (why: string): ChainTrust => ({ verdict: 'untrusted', why });

export const judged = (verdict: ChainTrust, chain: readonly ServedCertificate[] = [proxy]) =>
  sees({ host: complete(aHost({ trust: verdict, chain })) });

export const selfHosted = 'https://k8s.example';

const notFetched: ReadFailure = { kind: 'not-asked-for', operation: 'GET keys', message: 'not fetched' };

/** A registered issuer, whose provider pins one thumbprint. */
export const registered =
  (over: Partial<IssuerFacts>, thumbprint = 'ab'.repeat(20)) =>
  () =>
    someFacts({
      providers: complete([aProvider({ issuer: selfHosted, thumbprints: [thumbprint] })]),
      settings: { registeredIssuers: [selfHosted] },
      clusters: complete([]),
      roles: complete([]),
      issuers: [anIssuer({ url: selfHosted, host: complete(aHost({ host: 'k8s.example' })), ...over })],
    });

export const keysAt = (jwksUri: string) =>
  registered({ discovery: complete({ issuer: selfHosted, jwksUri }), keys: unavailable(notFetched) });

export const keys = (...list: readonly SigningKey[]) => sees({ keys: complete(list) });
