import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, valueOr, withGaps } from '../../../lib/model/collected.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aClusterSnapshot, aProvider, aRole, exampleIssuer } from '../../support/example-world.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import {
  exact,
  findingsIn,
  host,
  judge,
  other,
  otherProvider,
  policy,
  provider,
  said,
  statement,
  worldOf,
} from './judge.ts';

const role = 'role-trusts-dead-cluster';

describe('one fault a case', () => {
  test.each<[string, () => Facts, readonly string[]]>([
    [
      'an orphaned provider alone',
      () =>
        worldOf(
          policy(
            statement({
              Principal: { Federated: otherProvider },
              Condition: { StringEquals: { [`${other}:aud`]: 'sts.amazonaws.com', [`${other}:sub`]: exact } },
            }),
          ),
          { providers: complete([aProvider(), aProvider({ issuer: `https://${other}` })]) },
        ),
      ['role-trusts-dead-cluster medium'],
    ],
  ])('%s', (_, facts, expected) => {
    expect(judge(facts())).toEqual(expected);
  });
});

describe('names of what exists', () => {
  test('a successor is named by the tag of the old provider', () => {
    const old = `https://${other}`;
    const detail = complete({
      url: other,
      audiences: ['sts.amazonaws.com'],
      thumbprints: [],
      tags: { Name: 'shop-eks-irsa' },
    });
    const facts = worldOf(policy(statement({ Principal: { Federated: otherProvider } })), {
      providers: complete([aProvider(), aProvider({ issuer: old, detail })]),
    });
    const dead = findingsIn(facts).find(finding => finding.ruleId === 'role-trusts-dead-cluster');
    expect(dead).toMatchObject({ messageId: 'recreated', data: { cluster: 'shop' }, clusterName: 'shop' });
    expect(dead?.evidence[0]?.wanted).toBe(exampleIssuer);
  });
});

describe('a role whose clusters are gone', () => {
  const dead = (tags: Readonly<Record<string, string>>, over: Parameters<typeof aRole>[0] = {}): Facts => {
    const detail = complete({ url: other, audiences: ['sts.amazonaws.com'], thumbprints: [], tags });
    return worldOf('', {
      providers: complete([aProvider(), aProvider({ issuer: `https://${other}`, detail })]),
      roles: complete([
        aRole({ trustPolicy: policy(statement({ Principal: { Federated: otherProvider } })), ...over }),
      ]),
    });
  };
  const listedWithout = (what: string): Facts => {
    const facts = dead({});
    const message = 'Rate exceeded';
    const reason = { kind: 'throttled', operation: 'iam:ListOpenIDConnectProviders', message } as const;
    return { ...facts, snapshot: { ...facts.snapshot, providers: withGaps([aProvider()], [{ what, reason }]) } };
  };

  test.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['created again: the old provider is no second finding', { 'kubernetes.io/cluster/shop': 'owned' }, [role]],
    ['deleted: the provider and the role', {}, [role, 'provider-orphaned']],
  ])('of a cluster that was %s', (_, tags, expected) => {
    const ids = evaluate(dead(tags), { rules: catalog }).findings.map(({ ruleId }) => ruleId);
    expect(ids.filter(id => id === role || id === 'provider-orphaned')).toEqual(expected);
  });

  test.each<[string, Facts, string]>([
    [
      'the provider is tagged as owned by the cluster',
      dead({ 'kubernetes.io/cluster/shop': 'owned' }),
      'medium recreated',
    ],
    [
      'the role is tagged with the cluster',
      dead(
        {},
        {
          detail: complete({
            attachedPolicyArns: [],
            isAdministrator: false,
            tags: { 'alpha.eksctl.io/cluster-name': 'shop' },
          }),
        },
      ),
      'medium recreated',
    ],
    ['no tag tells', dead({}), 'medium gone'],
    ['the tag names a cluster that is gone too', dead({ 'eks:cluster-name': 'old' }), 'medium gone'],
    [
      'its provider may be in what a list lacks, and so its issuer was not probed',
      listedWithout('1 entry of an earlier list'),
      'unknown unread: no answer of the issuer was read, because iam:ListOpenIDConnectProviders did not read 1 entry of an earlier list of the providers: Rate exceeded',
    ],
    ['the list of providers is whole, and only a detail was not read', listedWithout(aProvider().arn), 'medium gone'],
  ])('%s', (_, facts, expected) => {
    expect(said('role-trusts-dead-cluster', facts)).toEqual([expected]);
  });

  const [region, account] = [aCluster().region, aProvider().arn.split(':')[4] ?? ''];
  const clusterAt = (over: { readonly region?: string; readonly accountId?: string }) => {
    const place = { region, accountId: account, ...over };
    const id = `${place.region}${place.accountId}`;
    return {
      ...{ ...place, name: 'shop', arn: `arn:aws:eks:${place.region}:${place.accountId}:cluster/shop` },
      issuer: `https://oidc.eks.${place.region}.amazonaws.com/id/${id}`,
    };
  };
  test.each<[string, readonly ReturnType<typeof clusterAt>[], string]>([
    ['of another region', [clusterAt({ region: 'us-east-1' })], 'medium gone'],
    // A name that is free anybody may take.
    ['of another account', [clusterAt({ accountId: '444455556666' })], 'medium gone'],
    [
      'of two other accounts',
      [clusterAt({ accountId: '444455556666' }), clusterAt({ accountId: '777788889999' })],
      'medium gone',
    ],
    ['of this account, and of another', [clusterAt({ accountId: '444455556666' }), clusterAt({})], 'medium recreated'],
  ])('a cluster of its name: %s', (_, clusters, expected) => {
    const facts = dead({ 'eks:cluster-name': 'shop' });
    const world = { ...facts, fleet: { ...facts.fleet, clusters } };
    expect(said(role, world)).toEqual([expected]);
    const found = expected === 'medium recreated' ? clusters.at(-1)?.arn : undefined;
    expect(findingsIn(world).find(({ ruleId }) => ruleId === role)?.clusterArn).toBe(found);
  });

  test('a cluster of another account is one way of several, with its account in what is asked', () => {
    const strange = clusterAt({ accountId: '444455556666' });
    const facts = dead({ 'eks:cluster-name': 'shop' });
    const arn = `arn:aws:iam::${account}:oidc-provider/${strange.issuer.slice('https://'.length)}`;
    const providers = complete([...valueOr(facts.snapshot.providers, []), aProvider({ arn, issuer: strange.issuer })]);
    const world = {
      ...facts,
      snapshot: { ...facts.snapshot, providers },
      fleet: { ...facts.fleet, clusters: [strange] },
    };
    const { fix } = findingsIn(world).find(({ ruleId }) => ruleId === role) ?? {};
    expect(fix?.steps).toEqual([]);
    const [way] = (fix?.alternatives ?? []).filter(({ summary }) => summary.includes(arn));
    const named = `cluster shop of account 444455556666 (${strange.issuer})`;
    expect(way?.summary).toBe(`Name the provider ${arn} of ${named} in the trust policy of checkout-cart.`);
    expect(way?.choice).toBe(
      `Confirm that the role is for ${named}. Account 444455556666 is not the role’s account ${account}: whoever makes pods in its cluster may gain the role. Confirm that service account checkout/cart of ${named} uses the role: it can then assume it.`,
    );
    const gains = way?.steps.flatMap(({ access = [] }) => access).flatMap(one => one.gains);
    expect(gains?.map(({ otherAccount }) => otherAccount)).toEqual(['444455556666']);
  });

  test('the successor takes the place of the old one where the role is for service accounts, not in another statement', () => {
    const Principal = { Federated: otherProvider };
    const statements = [statement({ Principal, Action: 'sts:AssumeRole' }), statement({ Principal })];
    const facts = dead({ 'eks:cluster-name': 'shop' }, { trustPolicy: policy(...statements) });
    const found = findingsIn(facts).find(({ ruleId }) => ruleId === 'role-trusts-dead-cluster');
    const change = found?.fix.steps?.[0]?.change;
    const after = change?.kind === 'trust-policy' ? JSON.parse(change.after).Statement : [];
    expect(after.map((one: { Principal: unknown }) => one.Principal)).toEqual([Principal, { Federated: provider }]);
  });

  test('two of them', () => {
    const third = host.replace('5C1D', '1111');
    const facts = worldOf(
      policy(statement({ Principal: { Federated: [otherProvider, provider.replace('5C1D', '1111')] } })),
      { providers: complete([aProvider(), ...[other, third].map(one => aProvider({ issuer: `https://${one}` }))]) },
    );
    const dead = findingsIn(facts).find(({ ruleId }) => ruleId === 'role-trusts-dead-cluster');
    expect(dead?.evidence.map(({ got }) => got)).toEqual([other, third]);
  });

  test('a cluster of that name without issuer is no successor', () => {
    const { issuer: _none, ...cluster } = aCluster();
    const facts = dead({ 'eks:cluster-name': 'shop' });
    const fleet = {
      ...facts.fleet,
      clusters: [{ arn: cluster.arn, name: 'shop', region: cluster.region, accountId: cluster.accountId }],
    };
    expect(said('role-trusts-dead-cluster', { ...facts, fleet })).toEqual(['medium gone']);
  });
});

describe('another name of the issuer of a cluster', () => {
  const alias = exampleIssuer.replace('https://oidc.eks.', 'https://oidc-eks.').replace('.amazonaws.com', '.api.aws');
  const trusting = (issuer: string, over: Parameters<typeof aCluster>[0] = {}): Facts =>
    worldOf(policy(statement({ Principal: { Federated: aProvider({ issuer }).arn } })), {
      providers: complete([aProvider(), aProvider({ issuer })]),
      clusters: complete([aClusterSnapshot({ cluster: aCluster(over) })]),
    });

  test('the cluster exists, and its tokens name the other one', () => {
    const [found, ...others] = findingsIn(trusting(alias));
    expect(others.map(({ ruleId }) => ruleId)).toEqual([]);
    expect(found).toMatchObject({
      ruleId: 'role-trusts-dead-cluster',
      messageId: 'alias',
      clusterName: 'shop',
      data: { cluster: 'shop' },
    });
    expect(found?.message).toMatch(/differs by the dual-stack host name/);
    expect(found?.evidence[0]).toMatchObject({ got: alias.slice('https://'.length), wanted: exampleIssuer });
    const change = found?.fix.steps?.[0]?.change;
    expect(change?.kind === 'trust-policy' && JSON.parse(change.after).Statement[0].Principal).toEqual({
      Federated: provider,
    });
  });

  test('the tokens of an IPv6 cluster may name the alias', () =>
    expect(said('role-trusts-dead-cluster', trusting(alias, { ipFamily: 'ipv6' }))).toEqual([
      'unknown unread: the issuer in tokens of the IPv6 cluster shop: read its inside',
    ]));

  test('another region is another name too, for IPv6 as well', () =>
    expect(
      said('role-trusts-dead-cluster', trusting(exampleIssuer.replace('eu-west-1', 'eu-west-3'), { ipFamily: 'ipv6' })),
    ).toEqual(['medium alias']));
});

describe('the cluster whose service account has the role by its annotation', () => {
  const unread = withGaps([], [{ what: 'page 2', reason: { kind: 'timed-out', operation: 'list', message: 'no' } }]);
  const shop = aReadCluster({ serviceAccounts: complete([aServiceAccount()]) });
  const at = (issuer: string, inside: Parameters<typeof aReadCluster>[0]) => {
    const read = aReadCluster({ serviceAccounts: complete([aServiceAccount()]), ...inside });
    const arn = shop.cluster.arn.replace('/shop', '/two');
    return { ...read, cluster: { ...read.cluster, name: 'two', arn, issuer } };
  };
  const second = exampleIssuer.replace('5C1D', '7777');
  const told = (inside: Parameters<typeof aReadCluster>[0]) => {
    const condition = { StringEquals: { [`${other}:aud`]: 'sts.amazonaws.com', [`${other}:sub`]: exact } };
    const facts = worldOf(policy(statement({ Principal: { Federated: otherProvider }, Condition: condition })), {
      providers: complete([aProvider(), aProvider({ issuer: second }), aProvider({ issuer: `https://${other}` })]),
      clusters: complete([shop, at(second, inside)]),
    });
    const found = findingsIn(facts).find(({ ruleId }) => ruleId === role);
    return `${found?.severity} ${found?.messageId}`;
  };

  test('is named where the other clusters are read and have none', () => {
    expect(told({ serviceAccounts: complete([]) })).toBe('medium used');
  });
  test.each<[string, Parameters<typeof aReadCluster>[0]]>([
    ['another one has it too', {}],
    ['of another one the service accounts were not read', { serviceAccounts: unread }],
    ['of another one the namespaces were not read', { namespaces: unread }],
  ])('is not named where %s', (_, inside) => {
    expect(told(inside)).toBe('medium gone');
  });
});
