/** Accounts of a fleet and what is judged in one, each form of each part beside each form of every other. */
import { test } from '@jest/globals';
import { clustersWithIssuer, fleetGapInWords, indexOf, unreadInFleet } from '../../lib/facts/fleet-index.ts';
import { type FleetShare, fleetParts, mergedShares, shareOf, withFleetPart } from '../../lib/facts/fleet-part.ts';
import { subjectsOfAccount } from '../../lib/facts/subjects-of.ts';
import { complete, notAskedFor, unavailable, withGaps } from '../../lib/model/collected.ts';
import {
  aCluster,
  aClusterSnapshot,
  anIssuer,
  aProvider,
  aRole,
  aSnapshot,
  aTrustPolicy,
  exampleIssuer,
  someFacts,
} from '../support/example-world.ts';
import { aGap, denied } from '../support/in-cluster-world.ts';
import { beside, line, tell } from '../support/paired-lines.ts';

const second = '444455556666';
const other = 'https://oidc.eks.eu-west-1.amazonaws.com/id/0000';
const likeEks = 'https://oidc.eks.eu-west-1.amazonaws.example/id/A';
const github = 'https://token.actions.githubusercontent.com';
const cluster = (over: Partial<ReturnType<typeof aCluster>> = {}) => aClusterSnapshot({ cluster: aCluster(over) });
const detail = (tags: Readonly<Record<string, string>>) => complete({ url: 'x', audiences: [], thumbprints: [], tags });

test('fleets of two accounts', () => {
  const cases = beside({
    clusters: {
      one: complete([cluster()]),
      'an IPv6 one, a new one': complete([
        cluster({ ipFamily: 'ipv6', tags: { env: 'prod', owner: 'shop' } }),
        cluster({ name: 'new', status: 'CREATING', issuer: other }),
      ]),
      'a failed one': complete([cluster({ status: 'FAILED', tags: { Owner: 'shop' } })]),
      none: complete([]),
      'in part': withGaps([cluster()], [aGap('eks:ListClusters')]),
      refused: unavailable(denied),
      'not asked for': notAskedFor('eks:ListClusters'),
    },
    providers: {
      its: complete([aProvider()]),
      'of the other': complete([aProvider({ issuer: other }), aProvider({ issuer: github })]),
      'made for a cluster': complete([aProvider({ issuer: other, detail: detail({ 'eks:cluster-name': 'web' }) })]),
      'in part': withGaps([aProvider({ issuer: `${exampleIssuer}:443/` })], [aGap('iam:ListOpenIDConnectProviders')]),
      refused: unavailable(denied),
    },
    roles: {
      its: complete([aRole()]),
      'of the other': complete([aRole({ trustPolicy: aTrustPolicy({ issuer: other }) })]),
      'of EC2': complete([
        aRole({
          trustPolicy: JSON.stringify({
            Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
          }),
        }),
      ]),
      'made for a cluster': complete([
        aRole({
          detail: complete({
            attachedPolicyArns: [],
            isAdministrator: false,
            tags: { 'alpha.eksctl.io/cluster-name': 'web' },
          }),
        }),
      ]),
      'in part': withGaps([aRole({ trustPolicy: '{' })], [aGap('iam:ListRoles')]),
      refused: unavailable(denied),
    },
    second: {
      empty: {},
      'the cluster of the other': { clusters: complete([cluster({ name: 'web', accountId: second, issuer: other })]) },
      'the same issuer': {
        clusters: complete([cluster({ accountId: second })]),
        providers: complete([aProvider({ accountId: second })]),
      },
      'the provider of the other': {
        providers: complete([aProvider({ issuer: other, accountId: second })]),
        roles: unavailable(denied),
      },
      refused: { clusters: unavailable(denied), providers: unavailable(denied) },
    },
    third: { none: [], unread: ['777788889999'] },
  });
  tell(
    'fleets',
    cases.map(([title, { clusters, providers, roles, second: more, third }]) => {
      const own = aSnapshot({ clusters: clusters as never, providers: providers as never, roles: roles as never });
      const their = aSnapshot({
        accountId: second,
        ...{ clusters: complete([]), providers: complete([]), roles: complete([]) },
        ...(more as object),
      });
      const index = indexOf([own, their], third, 'env');
      const shares = [own, their].map(one => shareOf(one, 'env'));
      const part = fleetParts(shares)(shareOf(own, 'env'));
      const bySize = (all: object) => Object.values(all).map(list => (Array.isArray(list) ? list.length : 0));
      return line(title, [
        index.clusters.map(({ name, accountId, environment, owner }) => [
          name,
          accountId.slice(0, 4),
          environment,
          owner,
        ]),
        [
          index.providers.length,
          index.roles.map(({ arn }) => arn.slice(-4)),
          index.accounts.map(one => `${one.rolesRead} ${one.providersRead}`),
        ],
        index.gaps.map(gap => [fleetGapInWords(gap), gap.section, gap.part, gap.reason.message]),
        [exampleIssuer.replace('https://', ''), other].map(one => clustersWithIssuer(index, one).length),
        shares.map(({ asks }) => asks),
        [bySize(part), bySize(withFleetPart(index, part)), part.providers.map(one => one.accountId)],
      ]);
    }),
  );
});

test('two readings of one account', () => {
  const share = (over: Partial<FleetShare> = {}): FleetShare => ({
    ...shareOf(aSnapshot({ clusters: complete([cluster()]) })),
    ...over,
  });
  const account = (rolesRead: boolean, providersRead: boolean, accountId = '111122223333') => [
    { accountId, rolesRead, providersRead },
  ];
  const gap = { ...unreadInFleet('111122223333'), section: 'clusters' } as const;
  const forms = {
    whole: share(),
    'without roles': share({ accounts: account(false, true) }),
    'without providers': share({ accounts: account(true, false), providers: [] }),
    'of another account': share({ accounts: account(false, false, second), clusters: [] }),
    'another issuer': share({
      clusters: share().clusters.map(one => ({ ...one, issuer: other })),
      asks: { issuers: ['a', 'b'], clusterNames: ['web'] },
    }),
    'a gap': share({ gaps: [{ ...gap, region: 'eu-west-1' }], asks: { issuers: ['b', 'c'], clusterNames: [] } }),
    'a gap of another region': share({ gaps: [{ ...gap, region: 'us-east-1' }, unreadInFleet('111122223333')] }),
    'a gap of a part': share({ gaps: [{ ...gap, region: 'eu-west-1', part: 'page 2' } as never] }),
    'a gap of another kind': share({
      gaps: [
        { ...gap, region: 'eu-west-1', reason: { ...gap.reason, kind: 'throttled' } },
        { ...gap, region: 'eu-west-1', reason: { ...gap.reason, operation: 'eks:ListClusters' } },
      ],
    }),
  };
  tell(
    'shares',
    beside({ later: forms, earlier: forms }).map(([title, { later, earlier }]) => {
      const { clusters, providers, accounts, asks, gaps } = mergedShares(later, earlier);
      return line(title, [
        clusters.map(({ issuer = '' }) => issuer.slice(-4)),
        providers.length,
        accounts,
        asks,
        gaps.map(({ region, part, reason }) => [region, part, reason.kind, reason.operation]),
      ]);
    }),
  );
});

test('subjects of an account', () => {
  const cases = beside({
    status: Object.fromEntries(
      ['ACTIVE', 'UPDATING', 'CREATING', 'DELETING', 'FAILED', 'PENDING'].map(one => [one, one]),
    ),
    provider: { its: exampleIssuer, gitHub: github, own: 'https://k8s.example', 'like EKS': likeEks },
    registered: { none: [], own: ['https://k8s.example'] },
    issuers: {
      none: [],
      its: [anIssuer()],
      own: [anIssuer({ url: 'https://k8s.example' }), anIssuer({ url: github })],
      'like EKS': [anIssuer({ url: likeEks })],
    },
    statement: {
      its: {},
      labelled: { Sid: 'Own' },
      everyone: { Principal: '*' },
      'all but it': { Principal: undefined, NotPrincipal: { Federated: aProvider().arn } },
      'a Deny of all but it': { Effect: 'Deny', Principal: undefined, NotPrincipal: { Federated: aProvider().arn } },
      'everyone, another action': { Principal: '*', Action: 'sts:AssumeRole' },
      'Pod Identity': { Principal: { Service: 'pods.eks.amazonaws.com' }, Action: 'sts:AssumeRole' },
      'another service': { Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
    },
    beside: {
      alone: [],
      everyone: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }],
      its: [JSON.parse(aTrustPolicy()).Statement[0]],
    },
    calls: {
      none: [],
      its: [aRole().arn],
      others: [`${aRole().arn}s`, aRole().arn.replace('111122223333', second), 'arn:aws:iam::111122223333:root'],
    },
    all: { 'some roles': false, 'all roles': true },
  });
  tell(
    'subjects',
    cases.map(([title, { status, provider, registered, issuers, statement, beside: more, calls, all }]) => {
      const [first] = JSON.parse(aTrustPolicy()).Statement;
      const trustPolicy = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ ...first, ...(statement as object) }, ...more],
      });
      const event = {
        region: 'eu-west-1',
        successes: 1,
        failures: [],
        userAgents: [],
        verificationMethods: [],
        lastAt: 'x',
      };
      const facts = someFacts({
        clusters: complete([cluster({ status })]),
        providers: complete([aProvider({ issuer: provider })]),
        roles: complete([aRole({ trustPolicy })]),
        runtime: complete({ from: 'x', to: 'y', events: calls.map(roleArn => ({ ...event, roleArn })) }),
        issuers,
        settings: { registeredIssuers: registered, allRoles: all },
      });
      const { statement: statements, issuer, runtime, ...others } = subjectsOfAccount(facts);
      return line(title, [
        statements.map(({ label }) => label),
        issuer.map(({ url, isForeign, facts: read, place }) => [
          url.slice(8, 20),
          isForeign,
          read.status,
          place.clusterName,
        ]),
        runtime.map(({ roleArn, events }) => [roleArn.slice(-4), events.length]),
        Object.values(others).map(list => list.length),
      ]);
    }),
  );
});
