/** Who gains by a step, in sets and in words, and which edits leave all others as they are. */
import { describe, expect, test } from '@jest/globals';
import { complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { AccessChange, IdentitySet } from '../../../lib/model/step.ts';
import { accessOfEdit, accessOfProvider, identitiesInWords, isWide } from '../../../lib/rules/access/access-change.ts';
import { audiencesOfTokens, issuersInPolicies } from '../../../lib/rules/access/asked-tokens.ts';
import { gainsOfEdit, gainsOfProvider } from '../../../lib/rules/access/gains.ts';
import { keepsOtherPrincipals } from '../../../lib/rules/access/other-principals.ts';
import { choiceOfGains } from '../../../lib/rules/access/provider-creation.ts';
import { complexCondition } from '../../support/complex-policies.ts';
import { aProvider, aRole, someFacts } from '../../support/example-world.ts';
import { aGap, denied } from '../../support/in-cluster-world.ts';
import { mustParse } from '../../support/trust-cases.ts';
import { aud, exact, host, other, otherProvider, policy, provider, statement, sub } from '../trust/judge.ts';

const setOf = (over: Partial<IdentitySet> = {}): IdentitySet => ({
  ...{ issuer: host, audience: 'sts.amazonaws.com', subjects: [exact], patterns: [], except: [] },
  ...over,
});
const change = (gains: readonly IdentitySet[], over: Partial<AccessChange> = {}): AccessChange => ({
  ...{ roleArn: 'arn:aws:iam::111122223333:role/a', gains, loses: [] },
  ...over,
});
const accounts = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `system:serviceaccount:checkout:cart-${at}`);
const facts = someFacts();
const any = { Condition: { StringEquals: { [aud]: 'sts.amazonaws.com' } } };
const hard = { Condition: { ...complexCondition(sub), StringEquals: { [aud]: 'sts.amazonaws.com' } } };

describe('access is wide', () => {
  test.each<[string, readonly AccessChange[], boolean]>([
    ['nobody gains', [], false],
    ['one gains', [change([setOf()])], false],
    ['one gains two roles', [change([setOf()]), change([setOf()], { roleArn: 'b' })], false],
    ['two gain', [change([setOf({ subjects: accounts(2) })])], true],
    ['one of each of two clusters gains', [change([setOf(), setOf({ issuer: other })])], true],
    ['one gains with two audiences', [change([setOf(), setOf({ audience: 'x' })])], true],
    ['a pattern gains', [change([setOf({ subjects: [], patterns: ['system:serviceaccount:a:*'] })])], true],
    ['others lose', [change([], { loses: [setOf({ patterns: ['*'] })] })], false],
    ['it is open who gains', [change([], { isOpen: true }), change([])], true],
  ])('%s', (_title, access, expected) => expect(isWide(access)).toBe(expected));
});

describe('in words', () => {
  test.each<[string, readonly IdentitySet[], string]>([
    ['nobody', [], ''],
    ['one', [setOf()], 'service account checkout/cart of cluster shop'],
    ['of an unknown cluster', [setOf({ issuer: other })], `service account checkout/cart of cluster ${other}`],
    ['no service account', [setOf({ subjects: ['x'] })], 'service account x of cluster shop'],
    [
      'a pattern with exceptions',
      [setOf({ subjects: [], patterns: ['*'], except: ['a', 'b'] })],
      'every service account of cluster shop that matches * except a, b',
    ],
    [
      'five',
      [setOf({ subjects: accounts(5) })],
      accounts(5)
        .map((_, at) => `service account checkout/cart-${at} of cluster shop`)
        .join(', '),
    ],
    [
      'six',
      [setOf({ subjects: accounts(6) })],
      `${accounts(5)
        .map((_, at) => `service account checkout/cart-${at} of cluster shop`)
        .join(', ')} and 1 more`,
    ],
  ])('%s', (_title, sets, expected) => expect(identitiesInWords(sets, facts)).toBe(expected));

  test.each<[string, readonly AccessChange[], string | undefined]>([
    ['one needs no word', [change([setOf()])], undefined],
    [
      'two',
      [change([setOf({ subjects: accounts(2) })])],
      'Confirm who can then assume roles of the account: service account checkout/cart-0 of cluster shop, service account checkout/cart-1 of cluster shop.',
    ],
    [
      'one and perhaps others',
      [change([setOf()], { isOpen: true })],
      'Confirm who can then assume roles of the account: service account checkout/cart of cluster shop, and others, by policies that are too complex or have doubts.',
    ],
    [
      'others alone',
      [change([], { isOpen: true })],
      'Confirm who can then assume roles of the account: others, by policies that are too complex or have doubts.',
    ],
  ])('to be confirmed: %s', (_title, access, expected) => expect(choiceOfGains(access, facts)).toBe(expected));
});

describe('who gains a role', () => {
  const role = aRole();
  const withRoles = (...policies: readonly string[]) =>
    someFacts({ roles: complete(policies.map((trustPolicy, at) => aRole({ name: `r${at}`, trustPolicy }))) });
  const arnOf = (at: number): string => aRole({ name: `r${at}` }).arn;

  test('by a provider: of each role that names it', () => {
    const world = withRoles(
      policy(statement()),
      policy(statement(any)),
      policy(statement({ Principal: { Federated: otherProvider } })),
      policy(statement({ Condition: { StringEquals: { [aud]: 'x' } } })),
      policy(statement(hard)),
    );
    expect(accessOfProvider(provider, 'sts.amazonaws.com', world)).toEqual([
      { roleArn: arnOf(0), gains: [setOf()], loses: [] },
      { roleArn: arnOf(1), gains: [setOf({ subjects: [], patterns: ['system:serviceaccount:*'] })], loses: [] },
      expect.objectContaining({ roleArn: arnOf(4), isOpen: true }),
    ]);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['one service account', {}, 'one'],
    ['all', any, 'more'],
    ['nobody', { Effect: 'Deny' }, 'nobody'],
    ['too complex', hard, 'undecided'],
  ])('by a provider that is created: %s', (_title, over, kind) => {
    const after = mustParse(policy(statement(over)));
    expect(gainsOfProvider(host, after, role, facts).kind).toBe(kind);
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>, string | undefined, unknown]>([
    ['the same', {}, {}, undefined, { kind: 'nobody' }],
    [
      'of a provider that is created with it',
      {},
      {},
      host,
      { kind: 'one', identity: { issuer: host, subject: exact, audience: 'sts.amazonaws.com' } },
    ],
    ['fewer', any, {}, undefined, { kind: 'nobody' }],
    ['more', {}, any, undefined, { kind: 'more' }],
    ['another action', {}, { Principal: { Service: 'ec2.amazonaws.com' } }, undefined, { kind: 'other-principals' }],
    ['all but too complex', hard, any, undefined, { kind: 'more' }],
    ['too complex', {}, hard, undefined, { kind: 'undecided' }],
  ])('by an edit: %s', (_title, one, two, created, expected) => {
    const [before, after] = [one, two].map(over => mustParse(policy(statement(over))));
    if (!before || !after) throw new Error('got no policy, want two');
    expect(gainsOfEdit(before, after, role, facts, created)).toEqual(expected);
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>, Partial<AccessChange>]>([
    ['nobody', {}, {}, { gains: [], loses: [] }],
    [
      'all but one',
      {},
      any,
      { gains: [setOf({ subjects: [], patterns: ['system:serviceaccount:*'], except: [exact] })], loses: [] },
    ],
    ['one loses', {}, { Effect: 'Deny' }, { gains: [], loses: [setOf()] }],
    ['too complex', {}, hard, { isOpen: true }],
  ])('by an edit, as sets: %s', (_title, one, two, expected) => {
    const [before, after] = [one, two].map(over => mustParse(policy(statement(over))));
    if (!before || !after) throw new Error('got no policy, want two');
    const access = accessOfEdit(before, after, role, facts);
    expect(access).toMatchObject({ roleArn: role.arn, ...expected });
    expect('isOpen' in access).toBe('isOpen' in expected);
  });
});

describe('principals that are no service accounts keep what they have', () => {
  const github = {
    Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com' },
  };
  const root = { Principal: { AWS: '111122223333' }, Action: 'sts:AssumeRole', Condition: {} };
  const one = statement();

  test.each<[string, readonly Record<string, unknown>[], readonly Record<string, unknown>[], boolean]>([
    ['nothing changes', [one, statement(root)], [one, statement(root)], true],
    ['statements change places', [one, statement(root)], [statement(root), one], true],
    ['a service account’s statement changes', [one, statement(root)], [statement(any), statement(root)], true],
    ['an Allow goes', [one, statement(root)], [one], true],
    ['an Allow comes', [one], [one, statement(root)], false],
    ['GitHub comes', [one], [one, statement(github)], false],
    ['an Allow loses its test', [statement(github)], [statement({ ...github, Condition: {} })], false],
    ['an Allow has more actions', [statement(root)], [statement({ ...root, Action: 'sts:*' })], false],
    ['everyone comes', [one], [one, statement({ ...root, Principal: '*' })], false],
    ['all but one come', [one], [one, statement({ ...root, Principal: undefined, NotPrincipal: { AWS: '1' } })], false],
    ['a Deny comes', [one], [one, statement({ ...root, Effect: 'Deny' })], true],
    ['a Deny goes', [one, statement({ ...root, Effect: 'Deny' })], [one], false],
    ['an effect that IAM does not know comes', [one], [one, statement({ ...root, Effect: 'Permit' })], false],
    ['an effect that IAM does not know goes', [one, statement({ ...root, Effect: 'Permit' })], [one], false],
    ['a statement without principal comes', [one], [one, statement({ Principal: undefined })], false],
    ['a further cluster comes', [one], [one, statement({ Principal: { Federated: otherProvider } })], true],
  ])('%s', (_title, before, after, expected) => {
    expect(keepsOtherPrincipals(mustParse(policy(...before)), mustParse(policy(...after)), facts)).toBe(expected);
  });
});

describe('tokens that an edit is about', () => {
  const role = aRole();
  const parsed = (over: Record<string, unknown>) => mustParse(policy(statement(over)));

  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ['the provider', {}, [host]],
    ['a key of another issuer', { Condition: { StringEquals: { [`${other}:sub`]: exact } } }, [host, other]],
    ['a key with a scheme', { Condition: { StringEquals: { [`https://${other}:aud`]: 'x' } } }, [host, other]],
    ['a key of no issuer', { Condition: { StringEquals: { 'aws:PrincipalTag/sub': 'x', ':sub': 'x' } } }, [host]],
    ['a principal that is no cluster', { Principal: { AWS: '*' }, Condition: {} }, []],
  ])('are of %s', (_title, over, expected) => {
    expect(issuersInPolicies([parsed(over)], role, facts)).toEqual(expected);
  });

  const named = (values: unknown, operator = 'StringEquals') => [
    parsed({ Condition: { [operator]: { [aud]: values } } }),
  ];
  const asked = (world: typeof facts, policies = named(['a', 'sts.amazonaws.com'])) =>
    audiencesOfTokens(host, policies, role, world).map(
      ({ audience, standsForMore, shown }) => `${audience}${standsForMore ? ' and more' : ''} as ${shown}`,
    );
  const unreadDetail = aProvider({ detail: unavailable(denied) });

  test.each<[string, () => readonly string[], readonly unknown[]]>([
    [
      'the provider has them',
      () => asked(someFacts({ providers: complete([aProvider({ audiences: ['x', 'y'] })]) })),
      ['x as x', 'y as y'],
    ],
    ['it is created', () => asked(someFacts({ providers: complete([]) })), ['sts.amazonaws.com as sts.amazonaws.com']],
    [
      'its list was not read',
      () => asked(someFacts({ providers: complete([unreadDetail]) })),
      ['sts.amazonaws.com as sts.amazonaws.com', 'a as a', expect.stringMatching(/ and more as \*$/)],
    ],
    [
      'providers were read in part, and the policy has a pattern',
      () =>
        asked(
          someFacts({ providers: withGaps([], [aGap('iam:ListOpenIDConnectProviders')]) }),
          named('a*', 'StringLike'),
        ),
      ['sts.amazonaws.com as sts.amazonaws.com', 'ax and more as a*', expect.stringMatching(/ and more as \*$/)],
    ],
  ])('have the audiences where %s', (_title, found, expected) => {
    expect(found()).toEqual(expected);
  });
});
