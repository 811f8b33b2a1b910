/**
 * The law of fixes over drawn policies: the policy after each fix that a rule prints, in JSON or in words, has no finding of
 * exposure that is new, or worse than all that the policy before it had. The words are read here as a person reads them.
 */
import { expect, test } from '@jest/globals';
import { commandsOf } from '../../../lib/fixes/step.ts';
import { complete } from '../../../lib/model/collected.ts';
import { type Finding, severities } from '../../../lib/model/finding.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aProvider } from '../../support/example-world.ts';
import { fc } from '../../support/properties.ts';
import { optionIn } from '../../support/step-options.ts';
import { host, inside, policy, provider, worldOf } from './judge.ts';

const second = host.replace('5C1D', '7777');
const gone = host.replace('5C1D', '0000');
const arnOf = (one: string, account = '111122223333') => `arn:aws:iam::${account}:oidc-provider/${one}`;
const subjectOf = (text: string) => `system:serviceaccount:${text}`;

const principals: readonly unknown[] = [
  ...[provider, provider, provider, arnOf(gone), arnOf(`https://${host}`), host, arnOf(host, '444455556666')].map(
    one => ({ Federated: one }),
  ),
  { Federated: arnOf(host.replace(/F$/, 'E')) },
  { Federated: provider, AWS: 'arn:aws:iam::111122223333:role/person' },
  '*',
];
const prefixes = [host, host, host, host, `https://${host}`, provider, second, gone, host.toUpperCase(), `${host}/`];
const subjects: readonly unknown[] = [
  ...[subjectOf('checkout:cart'), subjectOf('checkout:cart'), subjectOf('checkout:*'), subjectOf('*'), '*'],
  ...[subjectOf('*:cart'), 'checkout/cart', subjectOf('Checkout:cart'), subjectOf('checkout:cart '), subjectOf('che*')],
  [subjectOf('checkout:cart'), subjectOf('a:*')],
];
const audiences: readonly unknown[] = ['sts.amazonaws.com', 'sts.amazonaws.com', 'STS.amazonaws.com', '*'];
const operators = [
  ...['StringEquals', 'StringEquals', 'StringEquals', 'StringLike', 'StringLike', 'StringEqualsIfExists'],
  ...['StringNotEquals', 'StringNotLike', 'ForAllValues:StringEquals', 'StringEqualsIgnoreCase', 'ArnLike'],
];
const further: readonly (readonly [string, string, unknown])[] = [
  ['StringEquals', 'aws:PrincipalOrgID', 'o-a1b2c3d4e5'],
  ['StringEquals', 'aws:PrincipalTag/team', 'a'],
  ['IpAddress', 'aws:SourceIp', '10.0.0.0/8'],
  ['Bool', 'aws:MultiFactorAuthPresent', 'true'],
  ['DateGreaterThan', 'aws:CurrentTime', '2031-01-01T00:00:00Z'],
  ['DateLessThan', 'aws:CurrentTime', '2024-01-01T00:00:00Z'],
  ['StringEquals', `${host}:subject`, subjectOf('checkout:cart')],
  ['StringEquals', 'aws:FederatedProvider', provider],
  ['Null', `${host}:sub`, 'true'],
  ['Bool', 'aws:SecureTransport', 'false'],
];
const webIdentity = 'sts:AssumeRoleWithWebIdentity';
const actions: readonly unknown[] = [
  webIdentity,
  webIdentity,
  webIdentity,
  'sts:AssumeRole',
  'sts:*',
  [webIdentity, 'sts:TagSession'],
];

type Blocks = Record<string, Record<string, unknown>>;
interface Statement {
  readonly [key: string]: unknown;
  readonly Condition?: Blocks;
}

const from = <T>(list: readonly T[]) => fc.constantFrom(...list);
const testOn = (claim: string, values: readonly unknown[]) =>
  fc
    .tuple(from(operators), from(prefixes), from(values))
    .map(([operator, prefix, value]) => [operator, `${prefix}:${claim}`, value] as const);
const conditions = fc
  .tuple(fc.option(testOn('sub', subjects)), fc.option(testOn('aud', audiences)), fc.option(from(further), { freq: 2 }))
  .map(tests => {
    const blocks: Blocks = {};
    for (const one of tests) if (one !== null) blocks[one[0]] = { ...blocks[one[0]], [one[1]]: one[2] };
    return blocks;
  });
const statements = (Effect: string) =>
  fc
    .record({
      Principal: Effect === 'Deny' ? from(['*', { Federated: provider }]) : from(principals),
      Action: from(actions),
      Condition: conditions,
    })
    .map(({ Condition, ...one }) => ({
      Effect,
      ...one,
      ...(Object.keys(Condition).length === 0 ? {} : { Condition }),
    }));
const policies = fc
  .tuple(statements('Allow'), fc.option(statements('Allow'), { freq: 1 }), fc.option(statements('Deny'), { freq: 1 }))
  .map(([first, ...more]) => policy(first, ...more.filter(one => one !== null)));

const findingsOf = (text: string): readonly Finding[] => {
  const providers = complete([aProvider(), aProvider({ issuer: `https://${second}` })]);
  return evaluate(worldOf(text, { providers, ...inside('cart', 'pay'), settings: { allRoles: true } }), {
    rules: catalog,
  }).findings;
};
/** They tell of one test that excludes nobody, in a statement that may be closed by another; who can assume the role is told by others. */
const ofOneTest = new Set(['trust-condition-vacuous', 'trust-subject-literal-wildcard', 'trust-subject-malformed']);
/** Exposures with their severities; a remark is none. */
const exposures = (text: string): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  for (const { ruleId, impact, severity } of findingsOf(text))
    if (impact === 'exposes' && severity !== 'info' && !ofOneTest.has(ruleId))
      found.set(ruleId, Math.max(found.get(ruleId) ?? 0, severities.length - severities.indexOf(severity)));
  return found;
};

const edited = (text: string, edit: (one: Statement, at: number) => Statement): string => {
  const { Version, Statement } = JSON.parse(text);
  return JSON.stringify({ Version, Statement: Statement.map(edit) });
};
const keysRenamed = (one: Statement, rename: (key: string) => string): Statement => ({
  ...one,
  Condition: Object.fromEntries(
    Object.entries(one.Condition ?? {}).map(([operator, block]) => [
      operator,
      Object.fromEntries(Object.entries(block).map(([key, value]) => [rename(key), value])),
    ]),
  ),
});

/** The policy that the words of a fix without commands lead to; undefined for words that name no edit, or close first. */
const byWords = (text: string, { fix, discriminator, data }: Finding): string | undefined => {
  const { summary } = fix;
  const [, label, action] = /^Set the action of (Statement\[\d\]) to (\S+)\.$/.exec(summary) ?? [];
  if (action) return edited(text, (one, at) => (`Statement[${at}]` === label ? { ...one, Action: action } : one));
  const [, named] = /^Name the provider (\S+) /.exec(summary) ?? [];
  if (named) return text.replaceAll(JSON.stringify(discriminator), JSON.stringify(named));
  const [, renames] = /^Rename the condition keys? (.* to .*)\.$/.exec(summary) ?? [];
  if (renames) {
    const pairs = new Map([...renames.matchAll(/(\S+) to ([^\s,]+)/g)].map(([, key = '', to = '']) => [key, to]));
    return edited(text, one => keysRenamed(one, key => pairs.get(key) ?? key));
  }
  const [, meant] = /^(?:Replace the subject with|Write the subject as) ([^<\s]+)\.$/.exec(summary) ?? [];
  return meant ? text.replaceAll(JSON.stringify(data.value), JSON.stringify(meant)) : undefined;
};

const editsOf = (text: string, finding: Finding): readonly string[] => {
  const steps = (finding.fix.steps ?? []).flatMap(step =>
    commandsOf(step).flatMap(({ args }) => optionIn(args, '--policy-document') ?? []),
  );
  return steps.length > 0 ? steps : [byWords(text, finding) ?? []].flat();
};

test('no printed fix opens what was closed', () => {
  let edits = 0;
  fc.assert(
    fc.property(policies, text => {
      const before = exposures(text);
      const worst = Math.max(0, ...before.values());
      for (const finding of findingsOf(text))
        for (const after of editsOf(text, finding)) {
          edits += 1;
          const worse = [...exposures(after)].filter(([rule, level]) => !before.has(rule) && level > worst);
          expect({ by: finding.fix.summary, after, worse }).toEqual({ by: finding.fix.summary, after, worse: [] });
        }
    }),
    { numRuns: 150 },
  );
  expect(edits).toBeGreaterThan(80);
});
