import { expect, test } from '@jest/globals';
import type { Facts } from '../../../../lib/core/facts/facts.ts';
import { complete, unavailable } from '../../../../lib/core/model/collected.ts';
import type { FleetGap } from '../../../../lib/core/model/snapshot.ts';
import { anIssuer, aProvider, exampleIssuer, someFacts } from '../../../../lib/core/rules/example-world.ts';
import { providerOrphaned } from '../../../../lib/core/rules/provider/provider-orphaned.ts';
import { verdictOf } from '../../../support/verdict-of.ts';

/** An issuer is judged by its own region, its own answer and the accounts that could have its cluster. */
const gone = exampleIssuer.replace('5C1D', '0000');
const notFound = unavailable<never>({ kind: 'not-found', operation: `GET ${gone}`, message: 'HTTP 404' });

const orphanWith = (gaps: readonly FleetGap[], isAnswered: boolean): Facts => {
  const facts = someFacts({
    providers: complete([aProvider(), aProvider({ issuer: gone })]),
    issuers: [anIssuer(), ...(isAnswered ? [anIssuer({ url: gone, discovery: notFound, keys: notFound })] : [])],
  });
  return { ...facts, fleet: { ...facts.fleet, gaps } };
};

const other = { accountId: '444455556666' };

test.each<[string, readonly FleetGap[], boolean, RegExp]>([
  ['a gap in another region does not matter', [{ ...other, region: 'us-east-1' }], false, /^medium: orphaned /],
  [
    'a gap in its own region leaves it open',
    [{ ...other, region: 'eu-west-1' }],
    false,
    /^unknown: all clusters of eu/,
  ],
  ['an account that was not read could have it', [other], false, /^unknown: all clusters of eu-west-1: account 4444/],
  ['so it could where the issuer answers 404', [other], true, /^unknown: all clusters of eu-west-1: account 4444/],
])('%s', (_title, gaps, isAnswered, expected) => {
  const { said } = verdictOf(providerOrphaned, orphanWith(gaps, isAnswered));
  expect(said).toEqual([expect.stringMatching(expected)]);
});
