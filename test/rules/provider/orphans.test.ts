import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { unreadInFleet } from '../../../lib/facts/fleet-index.ts';
import type { Role } from '../../../lib/model/account.ts';
import { type Collected, complete, type ReadFailure, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { Unread } from '../../../lib/model/unread.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { providerOrphaned } from '../../../lib/rules/provider/provider-orphaned.ts';
import {
  aClusterSnapshot,
  anIssuer,
  aProvider,
  aRole,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

/** An issuer is judged by its own region, its own answer and the accounts that could have its cluster. */
const gone = exampleIssuer.replace('5C1D', '0000');
const notFound = unavailable<never>({ kind: 'not-found', operation: `GET ${gone}`, message: 'HTTP 404' });

const orphanWith = (gaps: readonly Unread[], isAnswered: boolean): Facts => {
  const facts = someFacts({
    providers: complete([aProvider(), aProvider({ issuer: gone })]),
    issuers: [anIssuer(), ...(isAnswered ? [anIssuer({ url: gone, discovery: notFound, keys: notFound })] : [])],
  });
  return { ...facts, fleet: { ...facts.fleet, gaps } };
};

const other = unreadInFleet('444455556666');
const clustersOf = (region: string): Unread => ({ ...other, region, section: 'clusters' });

test.each<[string, readonly Unread[], boolean, RegExp]>([
  ['a gap in another region does not matter', [clustersOf('us-east-1')], false, /^medium: orphaned /],
  ['a gap in its own region leaves it open', [clustersOf('eu-west-1')], false, /^unknown: all clusters of eu/],
  ['an account that was not read could have it', [other], false, /^unknown: all clusters of eu-west-1: account 4444/],
  ['so it could where the issuer answers 404', [other], true, /^unknown: all clusters of eu-west-1: account 4444/],
])('%s', (_title, gaps, isAnswered, expected) => {
  const { said } = verdictOf(providerOrphaned, orphanWith(gaps, isAnswered));
  expect(said).toEqual([expect.stringMatching(expected)]);
});

test('a role that also trusts a living cluster loses a statement, and is not called dead', () => {
  const statementOf = (issuer: string): unknown => JSON.parse(aTrustPolicy({ issuer })).Statement[0];
  const both = JSON.stringify({ Version: '2012-10-17', Statement: [statementOf(exampleIssuer), statementOf(gone)] });
  const facts = someFacts({
    providers: complete([aProvider(), aProvider({ issuer: gone })]),
    roles: complete([aRole({ trustPolicy: both })]),
  });
  const { findings } = evaluate(facts, { rules: catalog });
  expect(findings.map(({ ruleId }) => ruleId)).toEqual(['provider-orphaned']);
  expect(findings[0]?.fix.commands).toEqual([]);
  expect(findings[0]?.fix.choice).toMatch(
    /^First remove the provider's statement from the trust policy of checkout-cart \(delete a role only if nothing else uses it\)/,
  );
});

test('a region that is not audited leaves its own issuers open, and says so; those of others are judged', () => {
  const elsewhere = gone.replace('eu-west-1', 'ap-east-1');
  const facts = someFacts({
    providers: complete([aProvider(), aProvider({ issuer: gone }), aProvider({ issuer: elsewhere })]),
  });
  expect(verdictOf(providerOrphaned, facts).said).toEqual([
    expect.stringMatching(/^medium: orphaned /),
    'unknown: the clusters of the region ap-east-1: it is not audited',
  ]);
});

describe('a provider beside the right one of a living cluster', () => {
  const dualStack = exampleIssuer.replace('oidc.eks.eu-west-1.amazonaws.com', 'oidc-eks.eu-west-1.api.aws');
  const idsOf = (facts: Facts) => evaluate(facts, { rules: catalog }).findings.map(({ ruleId }) => ruleId);
  test.each<[string, string, readonly string[]]>([
    ['of the wrong region is orphaned', exampleIssuer.replace('eu-west-1', 'eu-west-2'), ['provider-orphaned']],
    ['of another letter case is orphaned', exampleIssuer.toLowerCase(), ['provider-orphaned']],
    ['with a slash at its end is orphaned', `${exampleIssuer}/`, ['provider-orphaned']],
    ['of the dual-stack name may be there on purpose', dualStack, []],
  ])('%s', (_title, issuer, expected) => {
    const regions = ['eu-west-1', 'eu-west-2'].map(region => ({
      region,
      clusters: region === 'eu-west-1' ? complete([aClusterSnapshot()]) : complete([]),
    }));
    expect(idsOf(someFacts({ providers: complete([aProvider(), aProvider({ issuer })]), regions }))).toEqual(expected);
  });

  test('is a wrong spelling where the right one is missing', () => {
    const issuer = exampleIssuer.replace('eu-west-1', 'eu-west-2');
    expect(idsOf(someFacts({ providers: complete([aProvider({ issuer })]) }))).toContain('provider-url-mismatch');
  });
});

const refused: ReadFailure = { kind: 'denied', operation: 'iam:ListRoles', message: 'denied' };
test.each<[string, Collected<readonly Role[]>]>([
  ['none was read', unavailable(refused)],
  ['a list broke off', withGaps([aRole()], [{ what: 'roles', reason: refused }])],
  ['a list broke off before the first', withGaps([], [{ what: 'roles', reason: refused }])],
])('while not all roles were read (%s), no command deletes a provider that one of them may trust', (_, roles) => {
  const facts = someFacts({ providers: complete([aProvider(), aProvider({ issuer: gone })]), roles });
  const [found] = evaluate(facts, { rules: [providerOrphaned] }).findings;
  expect(found?.fix.commands).toEqual([]);
  expect(found?.fix.choice).toMatch(/^First find out which roles trust it: not all roles of the account were read/);
});
