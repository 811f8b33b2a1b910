import { describe, expect, test } from '@jest/globals';
import { defaultSettings, type Facts } from '../../lib/facts/facts.ts';
import { indexOf } from '../../lib/facts/fleet-index.ts';
import { fleetParts, issuerKey, shareOf, withFleetPart } from '../../lib/facts/fleet-part.ts';
import { providerHostPath } from '../../lib/model/arn.ts';
import { complete } from '../../lib/model/collected.ts';
import type { AccountSnapshot } from '../../lib/model/snapshot.ts';
import { catalog } from '../../lib/rules/catalog.ts';
import { evaluate } from '../../lib/rules/evaluate/evaluate.ts';
import { aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { aCluster, anIssuer, aProvider, aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';
import { fc } from '../support/properties.ts';
import { casesOf } from '../support/sample.ts';

const accounts = ['111122223333', '444455556666', '777788889999'] as const;
const idOf = (digit: number) => String(digit).repeat(32);
const hosts = ['oidc.eks.eu-west-1.amazonaws.com', 'oidc-eks.eu-west-1.api.aws', 'oidc.eks.eu-central-1.amazonaws.com'];
/** Names of clusters stay with their account: which of two clusters of one name is the successor is anybody's guess. */
const clusterOf = (accountId: string, digit: number) => `c${digit}-${accountId.slice(0, 3)}`;

const issuer = fc
  .record({
    host: fc.constantFrom(...hosts),
    digit: fc.constantFrom(1, 2, 3, 4, 11),
    end: fc.constantFrom('', '', '/'),
  })
  .map(({ host, digit, end }) => `https://${host}/id/${digit === 11 ? 'a'.repeat(32) : idOf(digit)}${end}`);
const upper = (url: string) => url.replace(/a{32}/, text => text.toUpperCase());

const account = (accountId: string) =>
  fc
    .record({
      clusters: fc.uniqueArray(fc.constantFrom(1, 2, 3, 4), { maxLength: 2 }),
      providers: fc.array(fc.tuple(issuer, fc.boolean()), { maxLength: 3 }),
      roles: fc.array(fc.tuple(issuer, fc.boolean(), fc.constantFrom(...accounts)), { maxLength: 4 }),
      names: fc.array(fc.constantFrom(...accounts), { maxLength: 3 }),
      madeFor: fc.constantFrom(...accounts),
    })
    .map(drawn => snapshotOf(accountId, drawn));

interface Drawn {
  readonly clusters: readonly number[];
  readonly providers: readonly (readonly [string, boolean])[];
  readonly roles: readonly (readonly [string, boolean, string])[];
  readonly names: readonly string[];
  readonly madeFor: string;
}

const snapshotOf = (accountId: string, { clusters, providers, roles, names, madeFor }: Drawn): AccountSnapshot => {
  const tags = { 'alpha.eksctl.io/cluster-name': clusterOf(madeFor, 1) };
  const urls = [...new Set(providers.map(([url, large]) => (large ? upper(url) : url)))];
  return aSnapshot({
    accountId,
    providers: complete(
      urls.map(url =>
        aProvider({
          ...{ issuer: url, accountId },
          detail: complete({ url: url.slice(8), audiences: ['sts.amazonaws.com'], thumbprints: [], tags }),
        }),
      ),
    ),
    roles: complete(
      roles.map(([url, large, of], at) =>
        aRole({
          name: `role-${at}`,
          arn: `arn:aws:iam::${accountId}:role/role-${at}`,
          trustPolicy: aTrustPolicy({ issuer: large ? upper(url) : url, accountId: at % 2 === 0 ? accountId : of }),
        }),
      ),
    ),
    clusters: complete(
      clusters.map(digit => {
        const name = clusterOf(accountId, digit);
        const annotations = (of: string) => ({ 'eks.amazonaws.com/role-arn': `arn:aws:iam::${of}:role/role-0` });
        return aReadCluster(
          {
            serviceAccounts: complete(
              names.map((of, at) => aServiceAccount({ name: `app-${at}`, annotations: annotations(of) })),
            ),
          },
          {
            cluster: aCluster({
              ...{ name, accountId, arn: `arn:aws:eks:eu-west-1:${accountId}:cluster/${name}` },
              issuer: `https://${hosts[0]}/id/${digit === 4 ? 'a'.repeat(32) : idOf(digit)}`,
            }),
          },
        );
      }),
    ),
  });
};

const judged = (snapshot: AccountSnapshot, fleet: Facts['fleet']) => {
  const [probed] = snapshot.providers.status === 'complete' ? snapshot.providers.value : [];
  const url = `https://${providerHostPath(probed?.arn ?? '') ?? 'x.example'}`;
  const issuers = { [url]: anIssuer({ url }) };
  const facts: Facts = { snapshot, fleet, issuers, now: '2026-11-25T06:00:00.000Z', settings: defaultSettings };
  return evaluate(facts, { rules: catalog, overrides: {}, waivers: [] });
};

describe('the part of the fleet that an account gets', () => {
  test('answers every rule as the whole fleet would', () => {
    let related = 0;
    fc.assert(
      fc.property(fc.tuple(...accounts.map(account)), snapshots => {
        const whole = indexOf(snapshots);
        const partOf = fleetParts(snapshots.map(snapshot => shareOf(snapshot)));
        for (const snapshot of snapshots) {
          const part = partOf(shareOf(snapshot));
          related += part.clusters.length + part.providers.length;
          const own = { ...withFleetPart(indexOf([snapshot]), part), clusterCount: whole.clusters.length };
          const fleet = { ...own, accounts: whole.accounts, gaps: whole.gaps, roles: whole.roles };
          expect(judged(snapshot, fleet)).toEqual(judged(snapshot, whole));
        }
      }),
      { numRuns: casesOf(20) },
    );
    expect(related).toBeGreaterThan(50);
  });

  test('leaves out what does not concern it', () => {
    const [a, b] = accounts;
    const far = snapshotOf(b, { clusters: [2], providers: [], roles: [], names: [], madeFor: b });
    const near = snapshotOf(a, {
      clusters: [1],
      providers: [[`https://${hosts[0]}/id/${idOf(1)}`, false]],
      roles: [],
      names: [],
      madeFor: a,
    });
    expect(fleetParts([near, far].map(snapshot => shareOf(snapshot)))(shareOf(near))).toEqual({
      clusters: [],
      providers: [],
    });
  });

  test('has no provider that is for no cluster of the account, though every account has one', () => {
    const everywhere: readonly (readonly [string, boolean])[] = [
      ['https://token.actions.githubusercontent.com', false],
    ];
    const shares = accounts.map(own =>
      shareOf(
        snapshotOf(own, {
          ...{ clusters: [], providers: everywhere, names: [], madeFor: own },
          roles: [['https://token.actions.githubusercontent.com', false, own]],
        }),
      ),
    );
    const partOf = fleetParts(shares);
    expect(shares.map(partOf)).toEqual(shares.map(() => ({ clusters: [], providers: [] })));
  });

  test.each([
    ['https://oidc.eks.eu-west-1.amazonaws.com/id/ABC', 'abc'],
    ['oidc-eks.eu-west-1.api.aws/id/abc/', 'abc'],
    ['arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com:443/id/ABC', 'abc'],
    ['oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub', 'abc'],
    ['https://issuer.example:8443', 'issuer.example'],
  ])('is found by what all forms of an issuer have in common: %s', (text, key) => {
    expect(issuerKey(text)).toBe(key);
  });
});
