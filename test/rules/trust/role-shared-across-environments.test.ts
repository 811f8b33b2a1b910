import { describe, expect, test } from '@jest/globals';
import { indexOf, unreadInFleet } from '../../../lib/facts/fleet-index.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { FleetIndex } from '../../../lib/model/snapshot.ts';
import {
  aCluster,
  aClusterSnapshot,
  aProvider,
  aRole,
  aSnapshot,
  aTrustPolicy,
  exampleAccountId,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';
import { reportedBy } from '../../support/verdict-of.ts';

const issuers = ['0', '1', '2'].map(last => exampleIssuer.replace(/.$/, last));
const statementFor = (issuer: string, over: object = {}): object => ({
  ...JSON.parse(aTrustPolicy({ issuer })).Statement[0],
  ...over,
});
const roleFor = (...statements: readonly object[]) =>
  complete([aRole({ trustPolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }) })]);
const clustersWith = (...tags: readonly Record<string, string>[]) =>
  complete(
    tags.map((each, at) => {
      const issuer = issuers[at] ?? '';
      return aClusterSnapshot({ cluster: aCluster({ name: `c${at}`, issuer, tags: each }) });
    }),
  );
const byTag = { environments: { tag: 'env', accounts: {} } };
type Over = Parameters<typeof someFacts>[0];
const said = (over: Over) =>
  reportedBy(
    'role-shared-across-environments',
    someFacts({
      settings: byTag,
      providers: complete(issuers.map(issuer => aProvider({ issuer }))),
      roles: roleFor(...issuers.slice(0, 2).map(issuer => statementFor(issuer))),
      ...over,
    }),
  );
const shared = (...environments: string[]) => [
  'info',
  'shared',
  { role: 'checkout-cart', count: environments.length, environments },
];

describe('environments by the tag of clusters', () => {
  test.each<[string, Over, readonly unknown[]]>([
    ['two values are told', { clusters: clustersWith({ env: 'prod' }, { env: 'dev' }) }, [shared('dev', 'prod')]],
    ['one value is not', { clusters: clustersWith({ env: 'prod' }, { env: 'prod' }) }, []],
    ['another tag is none', { clusters: clustersWith({ Env: 'prod' }, { env: 'dev' }) }, [['unknown', 'unread']]],
    [
      'a cluster without the tag is undecided',
      { clusters: clustersWith({ env: 'prod' }, {}) },
      [['unknown', 'unread']],
    ],
    [
      'two known ones are told beside a third without tag',
      {
        clusters: clustersWith({ env: 'prod' }, { env: 'dev' }, {}),
        roles: roleFor(...issuers.map(one => statementFor(one))),
      },
      [shared('dev', 'prod')],
    ],
    [
      'one cluster alone shares with nobody, tag or not',
      { clusters: clustersWith({}), roles: roleFor(statementFor(issuers[0] ?? '')) },
      [],
    ],
    [
      'a cluster that a Deny leaves out does not count',
      {
        clusters: clustersWith({ env: 'prod' }, { env: 'dev' }),
        roles: roleFor(
          ...issuers.slice(0, 2).map(one => statementFor(one)),
          statementFor(issuers[1] ?? '', { Effect: 'Deny' }),
        ),
      },
      [],
    ],
    [
      'a cluster whose tokens never match does not count',
      {
        clusters: clustersWith({ env: 'prod' }, { env: 'dev' }),
        roles: roleFor(
          statementFor(issuers[0] ?? ''),
          statementFor(issuers[1] ?? '', { Condition: { StringEquals: { 'x.example:sub': 'y' } } }),
        ),
      },
      [],
    ],
    [
      'one that cannot be decided leaves it open',
      {
        clusters: clustersWith({ env: 'prod' }, { env: 'dev' }),
        roles: roleFor(
          statementFor(issuers[0] ?? ''),
          statementFor(issuers[1] ?? '', { Condition: { IpAddress: { 'aws:SourceIp': '52.0.0.0/8' } } }),
        ),
      },
      [['unknown', 'unread']],
    ],
    ['without the setting nothing is said', { settings: {}, clusters: clustersWith({ env: 'a' }, { env: 'b' }) }, []],
  ])('%s', (_title, over, expected) => {
    expect(said(over)).toEqual(expected);
  });
});

describe('environments by account, and clusters of other accounts', () => {
  const other = '444455556666';
  const elsewhere = (tags: Record<string, string>, gaps: FleetIndex['gaps'] = [], tag = 'env'): FleetIndex => {
    const here = aSnapshot({ clusters: clustersWith({ env: 'prod' }) });
    const there = aSnapshot({
      accountId: other,
      clusters: complete([
        aClusterSnapshot({ cluster: aCluster({ accountId: other, name: 'far', issuer: issuers[1] ?? '', tags }) }),
      ]),
    });
    return { ...indexOf([here, there], [], tag), gaps };
  };

  test('the tag of a cluster of another account counts', () => {
    expect(said({ clusters: clustersWith({ env: 'prod' }), fleet: elsewhere({ env: 'dev' }) })).toEqual([
      shared('dev', 'prod'),
    ]);
  });

  test('the account names the environment of a cluster without the tag, and the tag wins', () => {
    const settings = { environments: { tag: 'env', accounts: { [exampleAccountId]: 'prod', [other]: 'dev' } } };
    const at = { settings, clusters: clustersWith({ env: 'prod' }) };
    expect(said({ ...at, fleet: elsewhere({}) })).toEqual([shared('dev', 'prod')]);
    expect(said({ ...at, fleet: elsewhere({ env: 'prod' }) })).toEqual([]);
  });

  test('accounts alone are enough', () => {
    const settings = { environments: { accounts: { [exampleAccountId]: 'prod', [other]: 'dev' } } };
    expect(said({ settings, clusters: clustersWith({}), fleet: elsewhere({}) })).toEqual([shared('dev', 'prod')]);
  });

  test('a cluster that may be in an account that was not read leaves it open; one that nobody has does not', () => {
    const clusters = clustersWith({ env: 'prod' });
    const here = indexOf([aSnapshot({ clusters })], [], 'env');
    expect(said({ clusters, fleet: { ...here, gaps: [unreadInFleet(other)] } })).toEqual([['unknown', 'unread']]);
    expect(said({ clusters, fleet: here })).toEqual([]);
  });
});
