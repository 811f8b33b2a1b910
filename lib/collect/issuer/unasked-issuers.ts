import type { IssuerReader } from '../../audit/ports.ts';
import { type IssuerFacts, notAskedFor } from '../../model.ts';

/** A reader that asks no issuer for anything: a choice and no failure. `why` is for people. */
export const unaskedIssuers = (why: string): IssuerReader => ({
  read: async issuers => Object.fromEntries(issuers.map(url => [url, unaskedIssuer(url, why)])),
});

const unaskedIssuer = (url: string, why: string): IssuerFacts => ({
  url,
  host: notAskedFor('probe of issuers', why),
  discovery: notAskedFor('probe of issuers', why),
  keys: notAskedFor('probe of issuers', why),
  fromPrivateNetwork: false,
});
