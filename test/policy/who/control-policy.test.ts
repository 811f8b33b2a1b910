import { describe, expect, test } from '@jest/globals';
import { type Denial, decide, decideUnder, denialByAll, denialOf, parseControlPolicy } from '../../../lib/policy.ts';
import { aRequest, aud, policyText, policyWith, S, sub } from '../../support/trust-cases.ts';

type Json = Readonly<Record<string, unknown>>;
const roleArn = aRequest().roleArn;
const deny = (over: Json = {}): Json => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 'sts:AssumeRoleWithWebIdentity',
  Resource: '*',
  ...over,
});
const read = (statements: unknown, over?: Json) => parseControlPolicy(policyText(statements, over));
const scopesOf = (statements: unknown) => read(statements)?.statements.map(({ scope }) => scope);

describe('the resources of a statement', () => {
  test.each<[string, Json, unknown]>([
    ['one', { Resource: '*' }, { patterns: ['*'], isNegated: false }],
    ['several', { Resource: ['a', 'b'] }, { patterns: ['a', 'b'], isNegated: false }],
    ['an empty list', { Resource: [] }, { patterns: [], isNegated: false }],
    ['all but one', { Resource: undefined, NotResource: 'a' }, { patterns: ['a'], isNegated: true }],
    ['both kinds', { NotResource: 'a' }, undefined],
    ['none', { Resource: undefined }, undefined],
    ['a number', { Resource: 1 }, undefined],
    ['a number among texts', { Resource: ['a', 1] }, undefined],
    ['an object', { Resource: { a: 'b' } }, undefined],
  ])('%s', (_, over, expected) => {
    expect(scopesOf([deny(over)])).toEqual([expected]);
    expect(scopesOf(deny(over))).toEqual([expected]);
  });

  test('each statement has its own, and neither element is a problem of it', () => {
    const policy = read([deny({ Resource: 'a', Sid: 'x' }), deny({ Resource: undefined, NotResource: 'b' })]);
    expect(policy?.statements.map(({ scope }) => scope?.patterns)).toEqual([['a'], ['b']]);
    expect(policy?.statements.map(({ statement }) => [statement.sid, statement.problems])).toEqual([
      ['x', []],
      [undefined, []],
    ]);
    expect(policy?.frame).toEqual({ version: '2012-10-17', problems: [] });
  });

  test('of two lists of statements the last one counts, as for IAM, and the repetition is a problem', () => {
    const twice = parseControlPolicy(
      `{"Statement":${JSON.stringify(deny({ Resource: 'a' }))},"Statement":${JSON.stringify(deny({ Resource: 'b' }))}}`,
    );
    expect(twice?.statements.map(({ scope }) => scope?.patterns)).toEqual([['b']]);
    expect(twice?.frame.version).toBeUndefined();
    expect(twice?.frame.problems.map(({ kind }) => kind)).toEqual(['duplicate-key']);
  });

  test('everyone is written as the entry that stands for it; others stay', () => {
    const principalOf = (over: Json) => read([deny(over)])?.statements[0]?.statement.principal;
    const everyone = { kind: 'typed', entries: [{ type: 'AWS', value: { text: '*' } }] };
    expect(principalOf({})).toMatchObject(everyone);
    expect(principalOf({ Principal: { AWS: '*' } })).toMatchObject(everyone);
    expect(principalOf({ Principal: { AWS: 'x' } })).toMatchObject({
      entries: [{ type: 'AWS', value: { text: 'x' } }],
    });
  });

  test.each(['', '[]', '"x"', '{', '{"Statement":1}'])('%j is no policy', text => {
    expect(parseControlPolicy(text)).toBeUndefined();
  });

  test('a statement that is no object is none, and throws nothing', () => {
    expect(() => parseControlPolicy('{"Statement":["x",1,null]}')).not.toThrow();
    expect(() => parseControlPolicy('{"Version":"2012-10-17"}')).not.toThrow();
  });
});

/** `all`, `none`, `open`, or `some` for a formula over the subject. */
const said = ({ truth: { certain, possible } }: Denial): string => {
  if (typeof certain === 'object' || typeof possible === 'object') return 'some';
  return certain ? 'all' : possible ? 'open' : 'none';
};
const denial = (statements: readonly Json[], over?: Json): Denial => {
  const policy = read(statements, over);
  if (!policy) throw new Error('got no policy, want one');
  return denialOf(policy, aRequest());
};

describe('what a policy denies', () => {
  test.each<[string, readonly Json[], string, number]>([
    ['everyone, all resources', [deny()], 'all', 0],
    ['this role', [deny({ Resource: roleArn })], 'all', 0],
    ['this role among others', [deny({ Resource: ['arn:aws:s3:::x', 'arn:aws:iam::*:role/*'] })], 'all', 0],
    ['another role', [deny({ Resource: `${roleArn}-2` })], 'none', 0],
    ['no resource', [deny({ Resource: [] })], 'none', 0],
    ['all but this role', [deny({ Resource: undefined, NotResource: roleArn })], 'none', 0],
    ['all but another role', [deny({ Resource: undefined, NotResource: `${roleArn}-2` })], 'all', 0],
    ['all but nothing', [deny({ Resource: undefined, NotResource: [] })], 'all', 0],
    ['a wildcard over colons', [deny({ Resource: 'arn:*' })], 'open', 1],
    ['a variable', [deny({ Resource: `arn:aws:iam::*:role/\${aws:username}` })], 'open', 1],
    ['resources that cannot be read, for another action', [deny({ Resource: 1, Action: 's3:*' })], 'none', 0],
    ['resources that cannot be read', [deny({ Resource: 1 })], 'open', 1],
    ['a principal that is no everyone', [deny({ Principal: { AWS: 'x' } })], 'open', 1],
    ['an account', [deny({ Principal: { AWS: '111122223333' } })], 'open', 1],
    ['an Allow', [deny({ Effect: 'Allow' })], 'none', 0],
    ['one of two', [deny({ Action: 's3:*' }), deny()], 'all', 0],
    ['some subjects', [deny({ Condition: { StringLike: { [sub]: `${S}prod:*` } } })], 'some', 0],
    ['a key of the network', [deny({ Condition: { StringEquals: { 'aws:SourceVpc': 'x' } } })], 'open', 1],
    [
      'two that are open',
      [deny({ Condition: { StringEquals: { 'aws:SourceVpc': 'x' } } }), deny({ Resource: 1 })],
      'open',
      2,
    ],
  ])('%s: %s', (_, statements, expected, doubts) => {
    const got = denial(statements);
    expect(said(got)).toBe(expected);
    expect(got.doubts).toHaveLength(doubts);
  });

  test('an older version knows no variables', () => {
    const Resource = `arn:aws:iam::111122223333:role/\${x:y}*`;
    expect(said(denial([deny({ Resource })], { Version: '2008-10-17' }))).toBe('none');
    expect(said(denial([deny({ Resource })]))).toBe('open');
  });

  test('which resources are meant is told only where that is what is open', () => {
    const about = (statements: readonly Json[]) => denial(statements).doubts.map(({ because }) => because);
    expect(about([deny({ Resource: 1 })])).toContain(
      'which resources its Resource element stands for is not documented',
    );
    const network = about([deny({ Condition: { StringEquals: { 'aws:SourceVpc': 'x' } } })]);
    expect(network).toEqual([expect.stringContaining('aws:SourceVpc')]);
  });
});

describe('a decision under policies', () => {
  const named = (name: string, ...statements: readonly Json[]) => ({ name, text: read(statements) });
  const allowed = decide(
    policyWith({ StringEquals: { [sub]: `${S}prod:app`, [aud]: 'sts.amazonaws.com' } }),
    aRequest(),
  );
  const refused = decide(policyWith({ StringEquals: { [sub]: 'x' } }), aRequest());
  const open = decide(policyWith({ StringEquals: { 'aws:SourceVpc': 'x' } }), aRequest());
  const others = named('others', deny({ Condition: { StringNotLike: { [sub]: `${S}prod:*` } } }));
  const unread = { name: 'broken', text: undefined };
  const network = named('network', deny({ Condition: { StringEquals: { 'aws:SourceVpc': 'x' } } }));

  test('what the trust policy refuses stays refused, and what nobody denies stays as it is', () => {
    expect(decideUnder(refused, [named('all', deny())], aRequest())).toBe(refused);
    expect(decideUnder(allowed, [], aRequest())).toBe(allowed);
    expect(decideUnder(allowed, [others], aRequest())).toBe(allowed);
    expect(decideUnder(open, [others], aRequest())).toBe(open);
  });

  test('the first policy that denies is named', () => {
    const under = decideUnder(allowed, [others, unread, named('second', deny()), named('third', deny())], aRequest());
    expect(under).toMatchObject({
      decision: 'deny',
      reasons: ['the resource control policy second denies it, whatever the trust policy allows'],
      reasonData: [{ kind: 'denied-by-control-policy', policy: 'second' }],
    });
  });

  test('what is open is told of each policy, after what is open already', () => {
    const under = decideUnder(allowed, [others, network, unread], aRequest());
    expect(under.decision).toBe('unknown');
    expect(under.reasons).toEqual([
      expect.stringMatching(/^resource control policy network: .*aws:SourceVpc/),
      'the text of resource control policy broken is no policy',
    ]);
    expect(under.reasonData).toHaveLength(2);
    const both = decideUnder(open, [network], aRequest());
    expect(both.reasons).toEqual([...open.reasons, under.reasons[0]]);
    expect(both.reasonData).toHaveLength(open.reasonData.length + 1);
  });

  test('several policies deny together', () => {
    expect(said(denialByAll([], aRequest()))).toBe('none');
    expect(said(denialByAll([unread], aRequest()))).toBe('open');
    expect(said(denialByAll([unread, named('all', deny())], aRequest()))).toBe('all');
    expect(denialByAll([network, unread], aRequest()).doubts).toHaveLength(2);
  });
});
