/**
 * A second opinion on the policies of a role, for tests only: a request against policies as JSON, by the words of the IAM User
 * Guide and regular expressions (policy evaluation logic; condition operators; keys with several values). It shares no code
 * with lib/policy. Only what is documented is drawn, so that each answer is yes or no.
 */

import { decideRequest, withoutIdle } from '../../lib/policy/permissions/decide-request.ts';
import { compilePolicies } from '../../lib/policy/permissions/permissions.ts';
import { valueOnly } from '../../lib/policy/permissions/session-keys.ts';
import { accountBudget, policyWork, statementShare } from '../../lib/policy/who/budget.ts';
import { type Random, randomOf } from '../faults/random.ts';
import type { Trial } from './trust-trials.ts';

type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** A statement as people write it. */
interface Text {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource?: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Condition?: Conditions;
}

/** A request with what is known of it: keys by name in lower case. */
interface NaiveCall {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

const wild = (pattern: string, text: string): boolean => {
  const body = [...pattern].map(one =>
    one === '*' ? '[^]*' : one === '?' ? '[^]' : `\\u{${one.codePointAt(0)?.toString(16)}}`,
  );
  return new RegExp(`^${body.join('')}$`, 'u').test(text);
};
const list = (value: string | readonly string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

const likeArn = (pattern: string, text: string): boolean => {
  const [parts, own] = [pattern, text].map(one => one.split(':'));
  const cut = (all: readonly string[] = []): readonly string[] => [...all.slice(0, 5), all.slice(5).join(':')];
  return cut(parts).every((part, at) => wild(part, cut(own)[at] ?? ''));
};

const compares: Readonly<Record<string, (wanted: string, actual: string) => boolean>> = {
  StringEquals: (wanted, actual) => wanted === actual,
  StringEqualsIgnoreCase: (wanted, actual) => wanted.toLowerCase() === actual.toLowerCase(),
  StringLike: wild,
  ArnLike: likeArn,
  ArnEquals: likeArn,
  DateLessThan: (wanted, actual) => Date.parse(actual) < Date.parse(wanted),
  DateGreaterThan: (wanted, actual) => Date.parse(actual) > Date.parse(wanted),
};

const holds = (operator: string, values: readonly string[], actual: string | undefined): boolean => {
  if (operator === 'Null') return values.some(value => (value === 'true') === (actual === undefined));
  const isForAll = operator.startsWith('ForAllValues:');
  const isNot = operator.includes('Not');
  const name = operator
    .replace('ForAllValues:', '')
    .replace('Not', '')
    .replace(/IfExists$/, '');
  if (actual === undefined) return isForAll || isNot || operator.endsWith('IfExists');
  return values.some(wanted => compares[name]?.(wanted, actual) === true) !== isNot;
};

const applies = (one: Text, { action, resource, context }: NaiveCall): boolean => {
  const covers = (pattern: string): boolean => wild(pattern.toLowerCase(), action.toLowerCase());
  const isAction = one.Action === undefined ? !one.NotAction?.some(covers) : one.Action.some(covers);
  const isResource =
    one.Resource === undefined
      ? !one.NotResource?.some(pattern => wild(pattern, resource))
      : one.Resource.some(pattern => wild(pattern, resource));
  return (
    isAction &&
    isResource &&
    Object.entries(one.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, values]) => holds(operator, list(values), context[key.toLowerCase()])),
    )
  );
};

/** Whether a request is allowed: every layer allows it, and no statement denies it. */
const naiveAllows = (layers: readonly (readonly (readonly Text[])[])[], call: NaiveCall): boolean =>
  !layers.flat(2).some(one => one.Effect === 'Deny' && applies(one, call)) &&
  layers.every(layer => layer.flat().some(one => one.Effect === 'Allow' && applies(one, call)));

const account = '111122223333';
const arn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const actions = ['iam:PassRole', 'iam:PutRolePolicy', 'iam:CreateRole', 'iam:TagRole'];
const actionTexts = [
  ...['*', 'iam:*', 'iam:P*', 'iam:*Role*', 'iam:Pass?ole', 'IAM:PASSROLE', 'iam:PutRolePolicy', 'iam:*Policy'],
  ...['iam:CreateRole', 'iam:?agRole', 'sts:*', 's3:*', 'iam:PutRolePolicy?', 'iam:passrole', 'iam:C*', 'iam:*e'],
];
const resources = ['app', 'team/app', 'other', 'apps'].map(arn);
const resourceTexts = [
  ...['*', arn('*'), arn('app'), arn('app*'), arn('team/*'), arn('?pp'), arn('*/app'), 'arn:aws:iam::*:role/app'],
  ...['arn:*:iam::1111*:role/*', 'arn:aws:iam::444455556666:role/*', 'arn:aws:s3:::*', arn('APP'), 'arn:aws:iam::*'],
];
const keyTexts: Readonly<Record<string, readonly string[]>> = {
  'aws:PrincipalTag/team': ['a', 'A', 'b', 'a*', '?', '*'],
  'aws:principaltag/ENV': ['prod', 'p*', 'dev'],
  'aws:PrincipalAccount': [account, '1111*', '444455556666'],
  'iam:PassedToService': [
    'lambda.amazonaws.com',
    'ec2.amazonaws.com',
    'lambda*',
    '*.amazonaws.com',
    'Lambda.amazonaws.com',
  ],
  'aws:MultiFactorAuthAge': ['3600'],
};
const arnTexts = [arn('app'), arn('*'), arn('other'), 'arn:aws:iam::*:role/a*', 'arn:aws:sts::*:assumed-role/app/*'];
const dates = ['2025-06-01T00:00:00Z', '2026-10-31T00:00:00Z', '2026-11-02T12:00:00+02:00', '2030-01-01T00:00:00Z'];
const stringOperators = ['StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase'];

const some = (random: Random, texts: readonly string[]): readonly string[] =>
  Array.from({ length: 1 + random.int(2) }, () => random.pick(texts));

const conditionOf = (random: Random): Conditions => {
  const kind = random.int(10);
  if (kind === 0)
    return { [random.pick(['DateLessThan', 'DateGreaterThan'])]: { 'aws:CurrentTime': random.pick(dates) } };
  if (kind === 1) return { Null: { [random.pick(Object.keys(keyTexts))]: random.pick(['true', 'false']) } };
  if (kind < 4) {
    const operator = random.pick(['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals']);
    return { [`${operator}${random.chance(0.2) ? 'IfExists' : ''}`]: { 'aws:PrincipalArn': some(random, arnTexts) } };
  }
  const key = random.pick(Object.keys(keyTexts).slice(0, 4));
  const operator = random.pick(stringOperators);
  const form = random.int(6);
  const named =
    form === 0
      ? `${operator}IfExists`
      : form === 1 && !operator.includes('Not')
        ? `ForAllValues:${operator}`
        : operator;
  return { [named]: { [key]: some(random, keyTexts[key] ?? []) } };
};

const statementOf = (random: Random): Text => ({
  Effect: random.chance(0.25) ? 'Deny' : 'Allow',
  [random.chance(0.12) ? 'NotAction' : 'Action']: some(random, actionTexts),
  [random.chance(0.12) ? 'NotResource' : 'Resource']: some(random, resourceTexts),
  ...(random.chance(0.5)
    ? { Condition: Object.assign({}, ...Array.from({ length: 1 + random.int(2) }, () => conditionOf(random))) }
    : {}),
});
const policyOf = (random: Random): readonly Text[] =>
  Array.from({ length: 1 + random.int(3) }, () => statementOf(random));

/** A random role: layers of policies, and a request of it. */
const randomCall = (random: Random) => {
  const own = Array.from({ length: 1 + random.int(3) }, () => policyOf(random));
  const layers = random.chance(0.3) ? [own, [policyOf(random)]] : [own];
  const tags = {
    ...(random.chance(0.6) && { team: random.pick(['a', 'b']) }),
    ...(random.chance(0.4) && { env: 'prod' }),
  };
  const service = random.chance(0.7) ? random.pick(['lambda.amazonaws.com', 'ec2.amazonaws.com']) : undefined;
  const call = { action: random.pick(actions), resource: random.pick(resources) };
  return { layers, tags, call, ...(service !== undefined && { service }) };
};

const now = '2026-11-01T06:00:00Z';

/** The keys of such a request. */
const contextOf = ({ tags, service }: ReturnType<typeof randomCall>): Readonly<Record<string, string>> => ({
  ...Object.fromEntries(Object.entries(tags).map(([tag, value]) => [`aws:principaltag/${tag}`, value])),
  'aws:principalaccount': account,
  'aws:principalarn': arn('app'),
  'aws:currenttime': now,
  ...(service !== undefined && { 'iam:passedtoservice': service }),
});

/** Requests of random roles, decided twice. */
export const permissionTrial = (cases: number, seed: number): Trial => {
  const random = randomOf(seed);
  const failures: string[] = [];
  let failed = 0;
  const counts = { allowed: 0, refused: 0 };
  for (let at = 0; at < cases; at++) {
    const drawn = randomCall(random);
    const { layers, tags, call, service } = drawn;
    const wanted = naiveAllows(layers, { ...call, context: contextOf(drawn) }) ? 'allowed' : 'refused';
    counts[wanted] += 1;
    const session = { roleArn: arn('app'), accountId: account, partition: 'aws', tags, hasPodTags: false };
    const named = layers.map((layer, of) =>
      layer.map((Statement, index) => ({
        name: `p-${of}-${index}`,
        document: JSON.stringify({ Version: '2012-10-17', Statement }),
      })),
    );
    const { permissions } = compilePolicies(named);
    const keys = new Map(service === undefined ? [] : [['iam:passedtoservice', valueOnly(service)] as const]);
    const budget = () => ({ left: policyWork, share: statementShare, account: accountBudget() });
    const ask = (all: typeof permissions) =>
      decideRequest({ ...call, keys }, { permissions: all, session, now, budget: budget() }).verdict;
    const answers = [ask(permissions), ask(withoutIdle(permissions, { session, now }))];
    if (answers.every(answer => answer === wanted)) continue;
    failed += 1;
    if (failures.length < 3) failures.push(JSON.stringify({ wanted, answers, ...drawn }));
  }
  return { cases, failed, failures, counts };
};
