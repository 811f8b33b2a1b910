/** A policy that allows more is never told with less severity: drawn policies, each made wider by one step. */
import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { severities } from '../../../lib/model/finding.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aProvider, aRole, exampleIssuer, someFacts } from '../../support/example-world.ts';
import { type Dice, dice } from '../../support/random-policy.ts';

interface Drawn {
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: string;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

const host = exampleIssuer.replace('https://', '');
const key = `${host}:sub`;
const draw = <T>(roll: Dice, from: readonly [T, ...T[]]): T => from[roll(from.length)] ?? from[0];

const names = ['team-a', 'team-?', 'team-??', 'te*', 'kube-system', '???', '*', 'a-b', 'prod*'] as const;
const subject = (roll: Dice): string => `system:serviceaccount:${draw(roll, names)}:${draw(roll, [...names, 'cart'])}`;

const byPods = (roll: Dice): Drawn => ({
  Effect: 'Allow',
  Principal: { Federated: aProvider().arn },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition: {
    StringEquals: { [`${host}:aud`]: ['sts.amazonaws.com'] },
    StringLike: { [key]: Array.from({ length: 1 + roll(2) }, () => subject(roll)) },
  },
});

const callers: readonly [Drawn['Condition'], ...Drawn['Condition'][]] = [
  { StringEquals: { 'aws:PrincipalAccount': ['222233334444'] } },
  { StringLike: { 'aws:PrincipalAccount': ['2*'] } },
  { ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::222233334444:role/*'] } },
  { IpAddress: { 'aws:SourceIp': ['18.0.0.0/9'] } },
  { StringEquals: { 'sts:ExternalId': ['x'] } },
  { StringLike: { 'aws:PrincipalOrgID': ['o-*'] }, Bool: { 'aws:PrincipalIsAWSService': ['false'] } },
  { Bool: { 'aws:ViaAWSService': ['true'] } },
  { StringEquals: { 'aws:RequestTag/x': ['y'] }, StringNotEquals: { 'aws:PrincipalAccount': ['111122223333'] } },
];

const byCallers = (roll: Dice): Drawn => ({
  Effect: 'Allow',
  Principal: draw<unknown>(roll, ['*', { AWS: '*' }, { AWS: '222233334444' }]),
  Action: 'sts:AssumeRole',
  Condition: draw(roll, callers),
});

/** One step that allows whatever was allowed, and perhaps more; of a Deny, one that denies less. */
const wider = (statements: readonly Drawn[], roll: Dice): readonly Drawn[] => {
  const at = roll(statements.length);
  const one = statements[at];
  if (one === undefined) return statements;
  const others = statements.filter((_, index) => index !== at);
  if (one.Effect === 'Deny') return others;
  const tests = Object.entries(one.Condition);
  const [operator = '', keys = {}] = tests[roll(tests.length)] ?? [];
  const rest = Object.fromEntries(tests.filter(([name]) => name !== operator));
  switch (roll(4)) {
    case 0:
      return [...statements, draw(roll, [byPods(roll), byCallers(roll)])];
    case 1:
      return [...others, { ...one, Condition: rest }];
    case 2:
      return operator === 'StringLike'
        ? [...others, { ...one, Condition: { ...rest, [operator]: loosened(keys, roll) } }]
        : [...others, { ...one, Condition: rest }];
    default:
      return operator === 'StringLike' && keys[key]
        ? [...others, { ...one, Condition: { ...rest, [operator]: { [key]: [...keys[key], subject(roll)] } } }]
        : statements;
  }
};

/** A letter of each value becomes `?`, or a `?` becomes `*`. */
const loosened = (keys: Readonly<Record<string, readonly string[]>>, roll: Dice) =>
  Object.fromEntries(
    Object.entries(keys).map(([name, values]) => [
      name,
      values.map(text => {
        const from = text.startsWith('system:') ? 'system:serviceaccount:'.length : 0;
        const at = from + roll(text.length - from);
        return /[:*]/.test(text[at] ?? ':')
          ? text
          : `${text.slice(0, at)}${text[at] === '?' ? '*' : '?'}${text.slice(at + 1)}`;
      }),
    ]),
  );

/** The rank of the worst exposure; what is undecided is worse than nothing. */
const worst = (statements: readonly Drawn[]): number => {
  const trustPolicy = JSON.stringify({ Version: '2012-10-17', Statement: statements });
  const facts = someFacts({ providers: complete([aProvider()]), roles: complete([aRole({ trustPolicy })]) });
  const { findings, undecided } = evaluate(
    { ...facts, settings: { ...facts.settings, allRoles: true } },
    { rules: catalog },
  );
  const exposing = findings.filter(({ impact, ruleId }) => impact === 'exposes' && ruleId.startsWith('trust-'));
  const ranks = exposing.map(({ severity }) => severities.length - severities.indexOf(severity));
  const isUndecided = undecided.some(({ ruleId }) => /^trust-(?:open-to|principal)/.test(ruleId));
  return Math.max(isUndecided ? 0.5 : 0, ...ranks);
};

test.each([1, 2, 3, 4])('draw %i', seed => {
  const roll = dice(20_261_202 + seed);
  for (let drawn = 0; drawn < 20; drawn += 1) {
    let statements: readonly Drawn[] = [
      ...(roll(3) > 0 ? [byPods(roll)] : []),
      ...(roll(2) > 0 ? [byCallers(roll)] : []),
      ...(roll(3) === 0 ? [{ ...byCallers(roll), Effect: 'Deny' }] : []),
      ...(roll(3) === 0 ? [{ ...byPods(roll), Effect: 'Deny' }] : []),
    ];
    let told = worst(statements);
    for (let step = 0; step < 3 && statements.length > 0; step += 1) {
      const more = wider(statements, roll);
      // Some steps change nothing: what was told of the same statements is not asked twice.
      const now = more === statements ? told : worst(more);
      expect(now >= told ? '' : `${told} > ${now}\n${JSON.stringify(statements)}\n${JSON.stringify(more)}`).toBe('');
      [statements, told] = [more, now];
    }
  }
});
