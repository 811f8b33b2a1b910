/** Random trust policies and tokens that meet each other often: small alphabets, near misses, all operators. */

import type { WebIdentityRequest } from '../../lib/policy/decide/request.ts';
import { exampleIssuer } from './example-world.ts';
import { P, provider, S } from './trust-cases.ts';

/** Numbers in [0, below), reproducible by the seed (mulberry32). */
export type Dice = (below: number) => number;

/** A generator from a seed. */
export const dice = (seed: number): Dice => {
  let state = seed >>> 0;
  return below => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
};

const pick = <T>(roll: Dice, items: readonly T[], fallback: T): T => items[roll(items.length)] ?? fallback;

const namespaces = ['a', 'b', 'ab', 'a-b', 'prod'];
const names = ['a', 'b', 'app', 'app-1', 'a.b'];

/** A subject of a service account. */
export const randomSubject = (roll: Dice): string => `${S}${pick(roll, namespaces, 'a')}:${pick(roll, names, 'a')}`;

/** A token for the example's issuer. */
export const randomRequest = (roll: Dice): WebIdentityRequest => ({
  roleArn: roll(12) === 0 ? 'arn:aws:iam::999999999999:role/app' : 'arn:aws:iam::111122223333:role/app',
  issuer: exampleIssuer,
  subject: randomSubject(roll),
  audience: pick(roll, ['sts.amazonaws.com', 'sts.amazonaws.com', 'vault', 'a*'], 'vault'),
  ...(roll(3) === 0 ? {} : { roleTags: { team: pick(roll, names, 'a') } }),
});

const patternPieces = ['*', '?', 'a', 'b', '-', ':', 'app', 'prod', S, '.', '*', '*:'];

const subjectValue = (roll: Dice): string => {
  const kind = roll(10);
  if (kind < 4) return randomSubject(roll);
  if (kind === 4) return randomSubject(roll).toUpperCase();
  if (kind === 5) return `${S}${pick(roll, namespaces, 'a')}:*`;
  if (kind === 6) return `${S}*:${pick(roll, names, 'a')}`;
  if (kind === 7) return pick(roll, variableValues, '*');
  const pieces = Array.from({ length: 1 + roll(5) }, () => pick(roll, patternPieces, '*'));
  return roll(2) === 0 ? `${S}${pieces.join('')}` : pieces.join('');
};

const variableValues = [
  `\${*}`,
  `${S}a:\${aws:ResourceTag/team}`,
  `\${${P}:sub}`,
  `\${aws:PrincipalOrgID}`,
  `\${aws:PrincipalOrgID, '${S}a:a'}`,
  `\${aws:PrincipalOrgID, '*'}`,
  `${S}\${$}:a`,
  `\${}`,
  `*\${*}`,
  `\${aws:SourceVpc}`,
];

const audienceValues = ['sts.amazonaws.com', 'vault', 'sts.*', '*', 'VAULT', `a\${*}`, '?*', 'a*'];
const keys = [
  `${P}:sub`,
  `${P}:sub`,
  `${P}:sub`,
  `${P}:aud`,
  `${P}:SUB`,
  `${P}:oaud`,
  `${P}:amr`,
  'other.example/id/1:sub',
  'aws:SecureTransport',
  'aws:ResourceAccount',
  'aws:SourceVpc',
  'aws:ResourceTag/team',
  'aws:PrincipalOrgID',
];
const bases = [
  'StringEquals',
  'StringEquals',
  'StringLike',
  'StringLike',
  'StringNotEquals',
  'StringNotLike',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'ArnLike',
  'ArnNotLike',
  'Bool',
  'Null',
  'stringequals',
];

const randomOperator = (roll: Dice): string => {
  const base = pick(roll, bases, 'Null');
  const qualifier = ['', '', '', '', 'ForAllValues:', 'ForAnyValue:'][roll(6)] ?? '';
  return `${qualifier}${base}${base !== 'Null' && roll(5) === 0 ? 'IfExists' : ''}`;
};

const randomValue = (roll: Dice, operator: string, key: string): unknown => {
  if (/Null|Bool/.test(operator)) return pick<unknown>(roll, ['true', 'false', true, false, 'TRUE', 'x', `\${*}`], 'x');
  if (/sub$/i.test(key)) return subjectValue(roll);
  if (/aud$/.test(key)) return pick(roll, audienceValues, '*');
  return pick(roll, ['111122223333', 'a', 'app', 'a*', '*', 'true', `\${aws:ResourceTag/team}`], '*');
};

const randomCondition = (roll: Dice): Readonly<Record<string, unknown>> => {
  const condition: Record<string, Record<string, unknown>> = {};
  for (let tests = roll(4); tests > 0; tests -= 1) {
    const operator = randomOperator(roll);
    const key = pick(roll, keys, `${P}:sub`);
    const block = condition[operator] ?? {};
    // Keys that differ only in case are a case of their own: no reading of them is documented.
    if (Object.keys(block).some(other => other.toLowerCase() === key.toLowerCase())) continue;
    const count = [1, 1, 1, 2, 3, 0][roll(6)] ?? 1;
    const values = Array.from({ length: count }, () => randomValue(roll, operator, key));
    block[key] = count === 1 && roll(2) === 0 ? values[0] : values;
    condition[operator] = block;
  }
  return condition;
};

const principals: readonly unknown[] = [
  ...Array.from({ length: 8 }, () => ({ Federated: provider })),
  { Federated: [provider, 'arn:aws:iam::111122223333:oidc-provider/other.example/id/1'] },
  { AWS: 'arn:aws:iam::111122223333:root', Federated: provider },
  { Federated: provider.toLowerCase() },
  { AWS: '*' },
  { Federated: '*' },
  { Service: 'ec2.amazonaws.com' },
  '*',
];
const actions = [
  'sts:AssumeRoleWithWebIdentity',
  'STS:assumerolewithwebidentity',
  'sts:*',
  '*',
  'sts:AssumeRole',
  'sts:Assume*',
];

/** One statement. */
export const randomStatement = (roll: Dice, effect?: 'Allow' | 'Deny'): Readonly<Record<string, unknown>> => ({
  Effect: effect ?? (roll(4) === 0 ? 'Deny' : 'Allow'),
  Principal: pick(roll, principals, '*'),
  ...(roll(8) === 0
    ? { NotAction: pick(roll, actions, '*') }
    : { Action: roll(2) === 0 ? actions[0] : pick(roll, actions, '*') }),
  ...(roll(6) === 0 ? {} : { Condition: randomCondition(roll) }),
  ...(roll(40) === 0 ? { Resource: '*' } : {}),
});

/** A policy with up to four statements. */
export const randomPolicy = (roll: Dice): Record<string, unknown> => ({
  ...(roll(5) === 0 ? (roll(2) === 0 ? {} : { Version: '2008-10-17' }) : { Version: '2012-10-17' }),
  Statement: Array.from({ length: 1 + roll(4) }, () => randomStatement(roll)),
});
const subjectOperators = [
  'StringEquals',
  'StringLike',
  'StringLike',
  'StringLike',
  'StringNotLike',
  'StringNotEquals',
  'ForAnyValue:StringLike',
  'ForAllValues:StringLike',
  'StringLikeIfExists',
  'StringEqualsIgnoreCase',
];

/** A policy whose statements all concern the token, with tests on its subject: sets of every shape come of it. */
export const randomSubjectPolicy = (roll: Dice): Record<string, unknown> => ({
  Version: '2012-10-17',
  Statement: Array.from({ length: 1 + roll(3) }, (_, at) => ({
    Effect: at > 0 && roll(3) === 0 ? 'Deny' : 'Allow',
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: Object.fromEntries(
      Array.from({ length: 1 + roll(2) }, () => [
        pick(roll, subjectOperators, 'StringLike'),
        { [`${P}:sub`]: Array.from({ length: 1 + roll(3) }, () => subjectValue(roll)) },
      ]),
    ),
  })),
});
