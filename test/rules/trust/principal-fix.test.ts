/** The fix of a Federated principal, as it is given or refused. */
import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { subjectsOfAccount } from '../../../lib/facts/subjects-of.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { FixDraft } from '../../../lib/model/finding.ts';
import { principalFix } from '../../../lib/rules/trust/policy-edit/principal-fix.ts';
import { aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aClusterSnapshot, aProvider, aRole, someFacts } from '../../support/example-world.ts';
import { denied } from '../../support/in-cluster-world.ts';
import { whole } from '../../support/whole/whole.ts';
import { aud, exact, host, other, otherProvider, policy, provider, statement, sub } from './judge.ts';

const otherIssuer = `https://${other}`;
/** A cluster beside the example's. */
const second = (serviceAccounts = complete([aServiceAccount({ annotations: {} })])) =>
  aReadCluster({ serviceAccounts }, { cluster: aCluster({ name: 'second', issuer: otherIssuer }) });
const both = complete([aProvider(), aProvider({ issuer: otherIssuer })]);

const worldOf = (trustPolicy: string, over: Parameters<typeof someFacts>[0] = {}): Facts =>
  someFacts({
    roles: complete([aRole({ trustPolicy })]),
    clusters: complete([aClusterSnapshot(), second()]),
    providers: both,
    ...over,
  });

/** The fix of the first statement of the first role. */
const fixIn = (facts: Facts, from: string, to: string | undefined, alike?: string): FixDraft => {
  const [subject] = subjectsOfAccount(facts).statement;
  if (subject === undefined) throw new Error('got a role without statements, want one');
  const fix = principalFix(subject, from, to, facts, alike);
  whole('fix', [fix]);
  return fix;
};

/** Principal and condition of the first statement that a fix sets. */
const setBy = ({ steps = [] }: FixDraft): unknown => {
  const change = steps.flatMap(step => step.change ?? []).find(({ kind }) => kind === 'trust-policy');
  if (change?.kind !== 'trust-policy') return undefined;
  const { Statement } = JSON.parse(change.after) as {
    readonly Statement: readonly { readonly Principal: { readonly Federated: unknown }; readonly Condition: unknown }[];
  };
  const [first] = Statement;
  return first && { Federated: first.Principal.Federated, Condition: first.Condition };
};

describe('another provider is named', () => {
  const equals = (keys: Record<string, unknown>) => ({ StringEquals: keys });
  const [otherSub, otherAud] = [`${other}:sub`, `${other}:aud`];
  const own = { [sub]: exact, [aud]: 'sts.amazonaws.com' };
  const [third, thirdSub] = [provider, sub].map(text => text.replace('5C1D', '7777')) as [string, string];

  test.each<[string, Record<string, unknown>, unknown]>([
    [
      'keys of the old issuer follow',
      { Condition: equals(own) },
      { Federated: otherProvider, Condition: equals({ [otherSub]: exact, [otherAud]: 'sts.amazonaws.com' }) },
    ],
    [
      'with a scheme too',
      { Condition: equals({ [`https://${sub}`]: exact, [aud]: 'sts.amazonaws.com' }) },
      { Federated: otherProvider, Condition: equals({ [otherSub]: exact, [otherAud]: 'sts.amazonaws.com' }) },
    ],
    [
      'keys of a third issuer follow where there is one principal',
      { Condition: equals({ 'oidc.example:sub': exact, [aud]: 'sts.amazonaws.com' }) },
      { Federated: otherProvider, Condition: equals({ [otherSub]: exact, [otherAud]: 'sts.amazonaws.com' }) },
    ],
    [
      'other keys stay',
      { Condition: { ...equals(own), Bool: { 'aws:SecureTransport': 'true' }, StringLike: { [`${host}:sub2`]: 'x' } } },
      {
        Federated: otherProvider,
        Condition: {
          ...equals({ [otherSub]: exact, [otherAud]: 'sts.amazonaws.com' }),
          Bool: { 'aws:SecureTransport': 'true' },
          StringLike: { [`${host}:sub2`]: 'x' },
        },
      },
    ],
    [
      'a block that has both keys stays as it is',
      { Condition: { StringEquals: { [sub]: exact, [otherSub]: exact, [otherAud]: 'sts.amazonaws.com' } } },
      {
        Federated: otherProvider,
        Condition: { StringEquals: { [sub]: exact, [otherSub]: exact, [otherAud]: 'sts.amazonaws.com' } },
      },
    ],
    [
      'of two principals the other stays, and so do its keys',
      {
        Principal: { Federated: [provider, third] },
        Condition: { StringEquals: own, StringLike: { [thirdSub]: 'x' } },
      },
      {
        Federated: [otherProvider, third],
        Condition: {
          StringEquals: { [otherSub]: exact, [otherAud]: 'sts.amazonaws.com' },
          StringLike: { [thirdSub]: 'x' },
        },
      },
    ],
  ])('%s', (_title, over, expected) => {
    const fix = fixIn(worldOf(policy(statement(over))), provider, otherProvider);
    expect(fix.summary).toBe(`Name the provider ${otherProvider} in the trust policy of checkout-cart.`);
    expect(setBy(fix) ?? fix.choice).toEqual(expected);
  });

  test('no command is given where every service account could then assume the role', () => {
    const fix = fixIn(
      worldOf(policy(statement({ Condition: equals({ [aud]: 'sts.amazonaws.com' }) }))),
      provider,
      otherProvider,
    );
    expect([fix.steps, fix.choice]).toEqual([
      undefined,
      `No command is given, because the corrected policy would allow more than one service account or audience. Name the service accounts that use the role exactly, under StringEquals ${other}:sub.`,
    ]);
  });

  test('a list of providers that was not read is told', () => {
    const fix = fixIn(worldOf(policy(statement()), { providers: unavailable(denied) }), provider, otherProvider);
    expect(fix.choice).toContain(', and that the account has its provider: the list of providers was not read.');
    expect(setBy(fix)).toBeDefined();
  });
});

describe('a provider is created', () => {
  const own = complete([aProvider()]);
  const full = complete({ oidcProviders: 1 });
  const refused =
    'No command is given, because the account has 1 provider and the quota is 1: delete one, or raise the quota first.';
  const open = aRole({
    name: 'open',
    trustPolicy: policy(
      statement({
        Principal: { Federated: otherProvider },
        Condition: { StringEquals: { [`${other}:aud`]: 'sts.amazonaws.com' } },
      }),
    ),
  });
  const ofOther = statement({
    Principal: { Federated: otherProvider },
    Condition: { StringEquals: { [`${other}:sub`]: exact, [`${other}:aud`]: 'sts.amazonaws.com' } },
  });
  const kindsOf = ({ steps = [] }: FixDraft): readonly string[] => steps.flatMap(({ change }) => change?.kind ?? []);

  test('before another policy names it', () => {
    const fix = fixIn(worldOf(policy(statement()), { providers: own }), provider, otherProvider);
    expect(kindsOf(fix)).toEqual(['provider-created', 'trust-policy']);
  });

  test('before another policy names it, unless the account has no room', () => {
    const fix = fixIn(worldOf(policy(statement()), { providers: own, quotas: full }), provider, otherProvider);
    expect([kindsOf(fix), fix.choice]).toEqual([[], refused]);
  });

  test('before another policy names it, unless a further role would be open', () => {
    const roles = complete([aRole({ trustPolicy: policy(statement()) }), open]);
    const fix = fixIn(worldOf('', { roles, providers: own }), provider, otherProvider);
    expect([kindsOf(fix), fix.choice]).toEqual([
      [],
      'No command is given, because the provider would also open open: more than one service account could then assume that role.',
    ]);
  });

  test('as the policy names it', () => {
    const fix = fixIn(worldOf(policy(ofOther), { providers: own }), otherProvider, otherProvider);
    expect([fix.summary, kindsOf(fix)]).toEqual([`Create the provider for ${otherIssuer}.`, ['provider-created']]);
  });

  test('as the policy names it, unless the account has no room', () => {
    const fix = fixIn(worldOf(policy(ofOther), { providers: own, quotas: full }), otherProvider, otherProvider);
    expect([kindsOf(fix), fix.choice]).toEqual([
      [],
      `${refused} Name the service accounts that use the role exactly, under StringEquals ${other}:sub, before the provider is created.`,
    ]);
  });

  test('as the policy names it, unless every service account could then assume the role', () => {
    const fix = fixIn(worldOf('', { roles: complete([open]), providers: own }), otherProvider, otherProvider);
    expect([kindsOf(fix), fix.choice]).toEqual([
      [],
      `No command is given, because the corrected policy would allow more than one service account or audience. Name the service accounts that use the role exactly, under StringEquals ${other}:sub, before the provider is created.`,
    ]);
  });

  test('as the policy names it, unless a further role would be open', () => {
    const roles = complete([
      aRole({ trustPolicy: policy(ofOther) }),
      open,
      { ...open, name: 'wide', arn: `${open.arn}-wide` },
    ]);
    const fix = fixIn(worldOf('', { roles, providers: own }), otherProvider, otherProvider);
    expect([kindsOf(fix), fix.choice]).toEqual([
      [],
      `No command is given, because the provider would also open open and wide: more than one service account could then assume each of these roles. Name the service accounts that use the role exactly, under StringEquals ${other}:sub, before the provider is created.`,
    ]);
  });
});

describe('nothing tells which provider is meant', () => {
  const gone = provider.replace('5C1D', '9999');
  const ofGone = policy(statement({ Principal: { Federated: gone } }));
  const user = complete([aServiceAccount()]);
  const inside = (...clusters: readonly ReturnType<typeof second>[]) => ({
    clusters: complete([aReadCluster({ serviceAccounts: complete([]) }), ...clusters]),
  });
  const summaries = ({ summary, alternatives = [] }: FixDraft): readonly string[] => [
    summary,
    ...alternatives.map(one => one.summary),
  ];
  const named = (arn: string): string => `Name the provider ${arn} in the trust policy of checkout-cart.`;
  const asked = 'Name the provider of the cluster that uses checkout-cart in its trust policy, or delete the role.';

  test('the cluster with a user of the role is taken', () => {
    expect(summaries(fixIn(worldOf(ofGone, inside(second(user))), gone, undefined))[0]).toBe(named(otherProvider));
  });

  test('a person is asked where no cluster has one', () => {
    expect(summaries(fixIn(worldOf(ofGone, inside(second(complete([])))), gone, undefined))).toEqual([asked]);
  });

  test('a person is asked where several clusters have one, and each is offered', () => {
    const clusters = complete([aReadCluster(), second(user)]);
    const found = summaries(fixIn(worldOf(ofGone, { clusters }), gone, undefined));
    expect(found).toEqual([asked, named(otherProvider), named(provider)]);
  });

  test('a cluster that the role is called after is offered first, then by name', () => {
    const role = aRole({ name: 'shop-cart', trustPolicy: ofGone.replaceAll('checkout-cart', 'shop-cart') });
    const unread = complete([
      aClusterSnapshot(),
      aClusterSnapshot({ cluster: aCluster({ name: 'second', issuer: otherIssuer }) }),
    ]);
    const found = summaries(fixIn(worldOf('', { roles: complete([role]), clusters: unread }), gone, undefined));
    expect(found.slice(1)).toEqual([
      named(provider).replace('checkout-cart', 'shop-cart'),
      named(otherProvider).replace('checkout-cart', 'shop-cart'),
    ]);
  });

  test('the one that is written alike is offered', () => {
    const found = summaries(fixIn(worldOf(ofGone, inside(second(complete([])))), gone, undefined, provider));
    expect(found).toEqual([asked, named(provider)]);
  });

  test('a provider without a cluster is no candidate', () => {
    const providers = complete([aProvider(), aProvider({ issuer: 'https://oidc.example' })]);
    const clusters = complete([aClusterSnapshot()]);
    const found = summaries(fixIn(worldOf(ofGone, { providers, clusters }), gone, undefined));
    expect(found).toEqual([asked, named(provider)]);
  });
});
