/** Noise in trust policies: tests and statements that restrict nobody, and allow nobody more. */
import { type Dice, dice } from './random-policy.ts';

/** A statement as JSON. */
export type StatementJson = Readonly<Record<string, unknown>>;

type Condition = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const old = 'oidc.eks.eu-west-1.amazonaws.com/id/00000000000000000000000000000000';

/** Tests that every caller passes: of a key that it chooses, of one that is the same for all, or where the key is absent. */
const ofEveryone: readonly (readonly [operator: string, key: string, value: unknown])[] = [
  ['StringEquals', 'sts:RoleSessionName', 'api'],
  ['StringLike', 'sts:RoleSessionName', ['job-*', 'ci-?']],
  ['StringNotEquals', 'sts:RoleSessionName', 'root'],
  ['Null', 'sts:RoleSessionName', 'false'],
  ['StringEqualsIfExists', 'sts:RoleSessionName', 'api'],
  ['StringLike', 'aws:UserAgent', '*aws-sdk*'],
  ['StringEquals', 'aws:UserAgent', '${aws:UserAgent}'],
  ['StringLike', 'aws:UserAgent', '${sts:RoleSessionName}*'],
  ['StringEquals', 'aws:RequestedRegion', ['eu-west-1', 'us-east-1']],
  ['NumericLessThanEquals', 'sts:DurationSeconds', '3600'],
  ['Bool', 'aws:SecureTransport', 'true'],
  ['BoolIfExists', 'aws:SecureTransport', 'true'],
  ['DateGreaterThan', 'aws:CurrentTime', '2020-01-01T00:00:00Z'],
  ['DateLessThan', 'aws:CurrentTime', '2099-01-01T00:00:00Z'],
  ['NumericGreaterThan', 'aws:EpochTime', '1577836800'],
  ['StringEquals', 'aws:ResourceAccount', '111122223333'],
  ['StringEquals', 'aws:ResourceOrgID', 'o-abcdefghij'],
  ['IpAddress', 'aws:SourceIp', '0.0.0.0/0'],
  ['NotIpAddress', 'aws:SourceIp', '192.0.2.7/32'],
  ['StringNotEquals', 'aws:SourceVpc', 'vpc-0123456789abcdef0'],
  ['StringEqualsIfExists', 'aws:RequestTag/team', 'a'],
  ['ForAllValues:StringEquals', 'aws:TagKeys', ['team']],
  ['StringEqualsIfExists', 'aws:PrincipalOrgID', 'o-abcdefghij'],
  ['StringNotEquals', 'aws:PrincipalArn', 'arn:aws:iam::999999999998:role/none'],
  ['Null', 'aws:PrincipalServiceName', 'true'],
  ['StringEqualsIfExists', `${old}:sub`, 'system:serviceaccount:a:b'],
  ['StringNotEquals', `${old}:sub`, 'system:serviceaccount:a:b'],
  ['Null', `${old}:aud`, 'true'],
];

/** Tests that a principal of AWS passes beside these. */
const ofSigners: typeof ofEveryone = [
  ['StringEquals', 'sts:ExternalId', 'x'],
  ['StringEquals', 'aws:PrincipalTag/team', 'a'],
  ['StringEquals', 'aws:PrincipalTag/team', '${sts:RoleSessionName}'],
  ['StringEquals', 'aws:RequestTag/team', 'a'],
  ['StringEquals', 'sts:SourceIdentity', 'me'],
  ['StringEquals', 'aws:PrincipalAccount', '${aws:PrincipalAccount}'],
  ['StringLike', 'aws:PrincipalArn', '*'],
];

/** Deny statements that a caller escapes, whatever else it does. */
const denials = (principal: unknown): readonly StatementJson[] =>
  (
    [
      { StringEquals: { 'sts:RoleSessionName': 'blocked' } },
      { StringLike: { 'aws:UserAgent': 'curl/*' } },
      { Null: { 'sts:RoleSessionName': 'true' } },
      { Bool: { 'aws:SecureTransport': 'false' } },
      { DateGreaterThan: { 'aws:CurrentTime': '2099-01-01T00:00:00Z' } },
      { StringNotEquals: { 'aws:ResourceAccount': '111122223333' } },
      { StringNotEqualsIfExists: { 'aws:RequestedRegion': 'eu-west-1' } },
    ] as const
  ).map(condition => ({ Effect: 'Deny', Principal: principal, Action: 'sts:*', Condition: condition }));

const unrelated: StatementJson = {
  Effect: 'Deny',
  Principal: { AWS: 'arn:aws:iam::999999999998:role/none' },
  Action: 'sts:*',
};

const pick = <T>(roll: Dice, items: readonly T[]): T | undefined => items[roll(items.length)];

const conditionOf = (statement: StatementJson): Condition => (statement.Condition ?? {}) as Condition;

const keysIn = (condition: Condition): readonly string[] =>
  Object.values(condition).flatMap(keys => Object.keys(keys).map(key => key.toLowerCase()));

const textKeys = /\$\{([^}]+)\}/g;

/** The keys that a test depends on: its own, and those of its variables. */
const keysOfTest = ([, key, value]: (typeof ofEveryone)[number]): readonly string[] => [
  key.toLowerCase(),
  ...[...JSON.stringify(value).matchAll(textKeys)].map(([, name = '']) => name.toLowerCase()),
];

/** One more test in an Allow statement, of a key that nothing else in the policy tests: two tests together may restrict. */
const withTest = (statements: readonly StatementJson[], roll: Dice): readonly StatementJson[] => {
  const at = roll(statements.length);
  const statement = statements[at];
  if (statement?.Effect !== 'Allow') return statements;
  const isOfSigners = JSON.stringify(statement.Action) === '"sts:AssumeRole"';
  const test = pick(roll, isOfSigners ? [...ofEveryone, ...ofSigners] : ofEveryone);
  const text = JSON.stringify(statements).toLowerCase();
  if (!test || keysOfTest(test).some(key => text.includes(key))) return statements;
  const [operator, key, value] = test;
  const condition = conditionOf(statement);
  const Condition = { ...condition, [operator]: { ...condition[operator], [key]: value } };
  return statements.map((one, index) => (index === at ? { ...one, Condition } : one));
};

const withDenial = (statements: readonly StatementJson[], roll: Dice): readonly StatementJson[] => {
  const allow = statements.find(({ Effect, Principal }) => Effect === 'Allow' && Principal !== undefined);
  const denial = roll(5) === 0 ? unrelated : pick(roll, denials(roll(3) === 0 ? '*' : allow?.Principal));
  const text = JSON.stringify(statements).toLowerCase();
  if (!denial?.Principal || keysIn(conditionOf(denial)).some(key => text.includes(key))) return statements;
  return roll(2) === 0 ? [denial, ...statements] : [...statements, denial];
};

/** Another order, names of statements, and keys in other letters: the same policy. */
const rewritten = (statements: readonly StatementJson[], roll: Dice): readonly StatementJson[] => {
  const turned = roll(2) === 0 ? statements.toReversed() : statements;
  const isNamed = roll(2) === 0;
  return turned.map((statement, at) => ({
    ...(isNamed ? { Sid: `Statement${at}` } : {}),
    ...statement,
    ...(typeof statement.Action === 'string' && roll(2) === 0 ? { Action: [statement.Action] } : {}),
  }));
};

/** A policy with up to six pieces of noise. */
export const withNoise = (statements: readonly StatementJson[], seed: number): readonly StatementJson[] => {
  const roll = dice(seed);
  let noisy = statements;
  for (let pieces = 1 + roll(6); pieces > 0; pieces -= 1) noisy = (roll(3) === 0 ? withDenial : withTest)(noisy, roll);
  return rewritten(noisy, roll);
};
