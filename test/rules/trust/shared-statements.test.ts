import { describe, expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { parsePolicy } from '../../../lib/policy/parse/parse-policy.ts';
import { documentOf } from '../../support/document-of.ts';
import { aReadCluster } from '../../support/example-cluster.ts';
import { aCluster, aClusterSnapshot, aProvider, exampleIssuer } from '../../support/example-world.ts';
import { decide } from '../../support/whole/decide.ts';
import { aud, exact, findingsIn, policy, provider, statement, sub, worldOf } from './judge.ts';

/** Statements that several principals share: a fix for one of them must leave the others what they have. */
const green = exampleIssuer.replace('5C1D', 'BBBB');
const greenProvider = aProvider({ issuer: green }).arn;
const github = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
const key = 'token.actions.githubusercontent.com:sub';
const over = {
  providers: complete([aProvider(), aProvider({ issuer: green })]),
  clusters: complete([aReadCluster(), aClusterSnapshot({ cluster: aCluster({ name: 'green', issuer: green }) })]),
};
const findingOf = (ruleId: string, ...statements: readonly Record<string, unknown>[]) =>
  findingsIn(worldOf(policy(...statements), over)).find(
    one => one.ruleId === ruleId && (one.providerArn === undefined || one.providerArn === provider),
  );
/** Whether a policy allows a token. */
const letsIn = (text: string, issuer: string, subject = exact): string => {
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(`no policy: ${text}`);
  const roleArn = 'arn:aws:iam::111122223333:role/checkout-cart';
  return decide(parsed.policy, { roleArn, issuer, subject, audience: 'sts.amazonaws.com' }).decision;
};
const both = { Federated: [provider, greenProvider] };
const gitHubIssuer = 'https://token.actions.githubusercontent.com';

describe('a fix for one of two providers of a statement', () => {
  test.each([
    ['trust-any-subject', statement({ Principal: both, Condition: {} }), green],
    ['trust-audience-unchecked', statement({ Principal: both, Condition: {} }), green],
    [
      'trust-any-subject',
      statement({ Principal: { Federated: [provider, github] }, Condition: {}, Sid: 'a' }),
      gitHubIssuer,
    ],
  ])('%s leaves the other what it has', (ruleId, shared, other) => {
    const document = documentOf(findingOf(ruleId, shared)?.fix.commands.at(-1));
    expect(letsIn(document, exampleIssuer)).toBe('allow');
    expect(letsIn(document, other)).toBe('allow');
  });

  test('keys of another provider of the statement are not mistaken ones', () => {
    const shared = statement({
      Principal: { Federated: [provider, github] },
      Condition: { StringLike: { [key]: 'repo:x/*' } },
    });
    expect(findingOf('trust-key-issuer-mismatch', shared)).toBeUndefined();
    expect(findingOf('trust-never-matches', shared)?.fix.commands).toEqual([]);
    expect(
      findingOf('trust-key-issuer-mismatch', statement({ Condition: { StringLike: { [key]: 'repo:x/*' } } })),
    ).toBeDefined();
  });
});

describe('the action of web identity', () => {
  const wrong = { Action: 'sts:AssumeRole' };
  const commandsOf = (shared: Record<string, unknown>) => findingOf('trust-action-wrong', shared)?.fix.commands;
  test('is written where the subject is tested', () => {
    expect(letsIn(documentOf(commandsOf(statement(wrong))?.[0]), exampleIssuer)).toBe('allow');
  });

  test('is written where the test on the subject lets an absent key pass, since every token has that key', () => {
    const Condition = { StringEqualsIfExists: { [sub]: exact } };
    expect(letsIn(documentOf(commandsOf(statement({ ...wrong, Condition }))?.[0]), exampleIssuer)).toBe('allow');
  });

  test.each([
    ['no test', {}],
    ['the audience alone', { StringEquals: { [aud]: 'sts.amazonaws.com' } }],
    ['any subject', { StringLike: { [sub]: '*' } }],
    ['any service account', { StringLike: { [sub]: 'system:serviceaccount:*' } }],
    ['any namespace', { StringLike: { [sub]: ['system:serviceaccount:*:cart', exact] } }],
    ['a whole namespace', { StringLike: { [sub]: 'system:serviceaccount:checkout:*' } }],
    ['all but one', { 'ForAnyValue:StringNotEquals': { [sub]: exact } }],
  ])('is not, where many would get in: %s', (_title, Condition) => {
    const found = findingOf('trust-action-wrong', statement({ ...wrong, Condition }));
    expect(found?.fix.commands).toEqual([]);
    expect(found?.fix.choice).toContain(`under StringEquals ${sub} first`);
  });

  test.each([
    ['Action', {}],
    ['NotAction', { Action: undefined, NotAction: 'sts:AssumeRoleWithWebIdentity' }],
  ])('leaves the statement of another principal as it is: %s', (_title, action) => {
    const Principal = { Federated: provider, AWS: 'arn:aws:iam::444455556666:role/x' };
    const before = statement({ ...wrong, Principal, ...action });
    const { Statement } = JSON.parse(documentOf(commandsOf(before)?.[0]));
    const { NotAction: _, ...rest }: Record<string, unknown> = before;
    expect(Statement).toEqual([
      JSON.parse(JSON.stringify({ ...before, Principal: { AWS: Principal.AWS } })),
      { ...rest, Principal: { Federated: provider }, Action: 'sts:AssumeRoleWithWebIdentity' },
    ]);
  });
});

test('a pattern is not made of a test with a value that would open a namespace', () => {
  const values = ['system:serviceaccount:checkout:cart-*', 'system:serviceaccount:checkout:*'];
  const found = findingOf(
    'trust-subject-literal-wildcard',
    statement({ Condition: { StringEquals: { [sub]: values } } }),
  );
  expect(found?.fix.commands.join()).not.toContain('update-assume-role-policy');
});
