import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, type ReadFailure, unavailable, withGaps } from '../../../lib/model/collected.ts';
import { ruleById } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { complexCondition } from '../../support/complex-policies.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aProvider, aRole } from '../../support/example-world.ts';
import { aud, exact, findingsIn, host, judge, policy, provider, statement, sub, worldOf } from './judge.ts';

const other = host.replace('5C1D', '0000');
const otherProvider = provider.replace('5C1D', '0000');
const where = (condition: unknown): string => policy(statement({ Condition: condition }));
const own = { [sub]: exact, [aud]: 'sts.amazonaws.com' };
const pattern = (...values: readonly string[]): string =>
  where({ StringLike: { [sub]: values }, StringEquals: { [aud]: 'sts.amazonaws.com' } });
/** What one rule says: severity and message id of each finding, and what it could not decide. */
const said = (ruleId: string, facts: Facts): readonly string[] => {
  const rule = ruleById(ruleId);
  if (!rule) throw new Error(`there is no rule ${ruleId}`);
  const { findings, undecided } = evaluate(facts, { rules: [rule] });
  return [
    ...findings.map(({ severity, messageId }) => `${severity} ${messageId}`),
    ...undecided.map(({ kind, missing }) => `unknown ${kind}: ${missing}`),
  ];
};
const refused: ReadFailure = { kind: 'denied', operation: 'iam:GetOpenIDConnectProvider', message: 'no' };
const inside = (...names: readonly string[]) => ({
  clusters: complete([aReadCluster({ serviceAccounts: complete(names.map(name => aServiceAccount({ name }))) })]),
});

describe('who is allowed, whatever the form of the policy', () => {
  test.each<[string, string, readonly string[]]>([
    [
      'Null on a key of another issuer: absent it is, so it holds',
      where({ StringEquals: own, Null: { [`${other}:sub`]: 'true' } }),
      [],
    ],
    [
      'Null that wants a key which no token has',
      where({ StringEquals: own, Null: { [`${other}:sub`]: 'false' } }),
      ['trust-never-matches high'],
    ],
    [
      'two rules of AWS on an absent key that contradict each other',
      where({ StringEquals: own, 'ForAnyValue:StringEqualsIfExists': { [`${other}:sub`]: exact } }),
      ['trust-undecidable medium'],
    ],
    [
      'everyone but one: IAM does not support NotPrincipal here, and what it would allow is not known',
      policy({ Effect: 'Allow', NotPrincipal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' }),
      ['trust-undecidable medium'],
    ],
    ['an empty list of actions', policy(statement({ Action: [] })), ['trust-undecidable medium']],
  ])('%s', (_, text, expected) => expect(judge(worldOf(text))).toEqual(expected));
});

test.each(['sts:Foo', 'sts:outbound', 'sts:bound'])('a key %s that no document names is no bound', key => {
  const undocumented = where({ StringEquals: { ...own, [key]: 'x' } });
  expect(said('trust-never-matches', worldOf(undocumented))).toEqual([]);
});

describe('what a rule says in rare cases', () => {
  test.each<[string, string, () => Facts, readonly string[]]>([
    [
      'trust-provider-foreign',
      'an ARN without account',
      () => worldOf(policy(statement({ Principal: { Federated: provider.replace('111122223333', '') } }))),
      ['high not-an-account'],
    ],
    [
      'trust-key-issuer-mismatch',
      'an issuer without claim, compared with an audience',
      () => worldOf(where({ StringEquals: { [sub]: exact, [host]: 'sts.amazonaws.com' } })),
      ['high wrong-key'],
    ],
    [
      'trust-audience-unchecked',
      'a provider without audiences',
      () => worldOf(where({ StringEquals: { [sub]: exact } }), { providers: complete([aProvider({ audiences: [] })]) }),
      ['info none'],
    ],
    [
      'trust-audience-impossible',
      'a provider whose audiences were refused',
      () =>
        worldOf(where({ StringEquals: own }), { providers: complete([aProvider({ detail: unavailable(refused) })]) }),
      [`unknown unread: the audiences of ${provider} (iam:GetOpenIDConnectProvider: no)`],
    ],
    [
      'trust-never-matches',
      'patterns that are too complex to compare',
      () => worldOf(where(complexCondition(sub))),
      ['unknown budget: the patterns of this policy are too complex to be compared within the stated work'],
    ],
    [
      'role-unused',
      'a role of which IAM told no creation',
      () => {
        const { createdAt: _unknown, ...role } = aRole({
          detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags: {} }),
        });
        return worldOf('', { roles: complete([role]) });
      },
      ['unknown unread: when role checkout-cart was created'],
    ],
  ])('%s: %s', (ruleId, _, facts, expected) => expect(said(ruleId, facts())).toEqual(expected));

  test('a policy of nothing is shown as empty', () => {
    expect(findingsIn(worldOf(''))[0]?.evidence[0]).toMatchObject({ what: 'trust policy', got: '(empty)' });
  });
});

describe('what exists, where it was read', () => {
  test.each<[string, string, Facts, readonly string[]]>([
    [
      'trust-subject-pattern-broad',
      'more than anybody reads',
      worldOf(
        pattern('system:serviceaccount:checkout:cart-*'),
        inside(...Array.from({ length: 12 }, (_, at) => `cart-${at}`)),
      ),
      [
        'checkout/cart-0, checkout/cart-1, checkout/cart-10, checkout/cart-11, checkout/cart-2, checkout/cart-3, checkout/cart-4, checkout/cart-5, checkout/cart-6, checkout/cart-7 and 2 more',
      ],
    ],
    [
      'trust-subject-pattern-broad',
      'none',
      worldOf(pattern('system:serviceaccount:checkout:cart-*'), inside('pay')),
      ['none'],
    ],
    [
      'trust-any-subject',
      'every account of the cluster',
      worldOf(where({ StringEquals: { [aud]: 'sts.amazonaws.com' } }), inside('pay', 'cart')),
      ['2'],
    ],
  ])('%s: %s', (ruleId, _, facts, expected) => {
    const found = findingsIn(facts).find(finding => finding.ruleId === ruleId);
    expect(found?.evidence.filter(({ what }) => what.startsWith('existing')).map(({ got }) => got)).toEqual(expected);
  });

  test('a pattern that leaves one name is that name, and not broad', () => {
    const letters = [...'bcdefghijklmnopqrstuvwxyz0123456789'];
    const text = where({
      StringLike: { [sub]: 'system:serviceaccount:checkout:?' },
      StringNotEquals: { [sub]: letters.map(letter => `system:serviceaccount:checkout:${letter}`) },
      StringEquals: { [aud]: 'sts.amazonaws.com' },
    });
    expect(judge(worldOf(text))).toEqual([]);
    expect(judge(worldOf(text.replace('"system:serviceaccount:checkout:9"', '"x"')))).toContain(
      'trust-subject-pattern-broad low',
    );
  });

  test.each<[string, Facts, string]>([
    [
      'the issuer is of a cluster in another account, whose inside is not read here',
      (() => {
        const facts = worldOf(where({ StringEquals: own }), inside('cart'));
        const elsewhere = {
          arn: 'arn:aws:eks:eu-west-1:444455556666:cluster/shop',
          name: 'shop',
          region: 'eu-west-1',
          accountId: '444455556666',
          issuer: `https://${host}`,
        };
        return { ...facts, fleet: { ...facts.fleet, clusters: [...facts.fleet.clusters, elsewhere] } };
      })(),
      'the Kubernetes resources of cluster shop, which is in account 444455556666',
    ],
    [
      'no cluster with the issuer was found, but a region was not read',
      (() => {
        const text = policy(
          statement({
            Principal: { Federated: otherProvider },
            Condition: { StringEquals: { [`${other}:sub`]: exact } },
          }),
        );
        const facts = worldOf(text, {
          providers: complete([aProvider({ issuer: `https://${other}` })]),
          ...inside('cart'),
        });
        return {
          ...facts,
          fleet: { ...facts.fleet, gaps: [{ accountId: '111122223333', region: 'us-east-1', failed: 'denied' }] },
        };
      })(),
      'clusters of account 111122223333 in us-east-1 (denied)',
    ],
  ])('whether the account exists is unknown: %s', (_, facts, why) => {
    expect(said('trust-subject-unknown-service-account', facts)).toEqual([`unknown unread: ${why}`]);
    expect(said('trust-subject-unknown-namespace', facts)).toEqual([`unknown unread: ${why}`]);
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
      'unknown unread: whether the issuer still answers: 1 entry of an earlier list of the providers was not read: iam:ListOpenIDConnectProviders: Rate exceeded',
    ],
    ['the list of providers is whole, and only a detail was not read', listedWithout(aProvider().arn), 'medium gone'],
  ])('%s', (_, facts, expected) => {
    expect(said('role-trusts-dead-cluster', facts)).toEqual([expected]);
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
