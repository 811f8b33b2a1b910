import { describe, expect, test } from '@jest/globals';
import {
  hasOpenNamespace,
  isEverySubject,
  membersAmong,
  shortestWitness,
  wholeNamespaces,
} from '../../../../lib/core/trust/sets/classify-set.ts';
import {
  conditionSubjects,
  type SubjectSet,
  setContains,
  setMayContain,
  statementSubjects,
  subjectsOf,
} from '../../../../lib/core/trust/sets/subject-set.ts';
import {
  aRequest,
  aStatement,
  aud,
  mustParse,
  otherSub,
  policyText,
  policyWith,
  S,
  sub,
} from '../../../support/trust-cases.ts';

const setOf = (condition: unknown): SubjectSet => subjectsOf(policyWith(condition), aRequest());
const like = (...values: readonly string[]) => ({ StringLike: { [sub]: values } });
const written = ({ kind, subjects, patterns, except }: SubjectSet): string =>
  [kind, ...subjects, ...patterns, ...except.map(pattern => `!${pattern}`)].join(' ').replaceAll(S, '');

/** Condition, the set as written out, example. */
const shapes: readonly (readonly [string, unknown, string, string | undefined])[] = [
  ['no test', {}, 'any *', 'a:a'],
  ['star', like('*'), 'any *', 'a:a'],
  ['any two names', like(`${S}*:*`), 'any *', 'a:a'],
  ['absent key, ForAllValues', { 'ForAllValues:StringEquals': { [otherSub]: 'x' } }, 'any *', 'a:a'],
  ['either half', like(`${S}a*`, `${S}*`), 'any *', 'a:a'],
  ['the subject itself', { StringEquals: { [sub]: `\${${sub}}` } }, 'any *', 'a:a'],
  ['negated nonsense', { StringNotEquals: { [sub]: 'nobody' } }, 'any *', 'a:a'],
  ['exact', { StringEquals: { [sub]: `${S}a:b` } }, 'list a:b', 'a:b'],
  ['exact under Like', like(`${S}a:b`), 'list a:b', 'a:b'],
  ['ignoring case', { StringEqualsIgnoreCase: { [sub]: `${S}A:b`.toUpperCase() } }, 'list a:b', 'a:b'],
  [
    'two, the shorter is the example',
    { StringEquals: { [sub]: [`${S}long:name`, `${S}b:c`] } },
    'list b:c long:name',
    'b:c',
  ],
  ['? that must be the colon', like(`${S}a?b`), 'list a:b', 'a:b'],
  ['star that must be nothing', like(`*${S}a:b`), 'list a:b', 'a:b'],
  ['pattern and exact', { ...like(`${S}a:*`), StringEquals: { [sub]: [`${S}a:x`, `${S}b:x`] } }, 'list a:x', 'a:x'],
  ['literal star', { StringEquals: { [sub]: `${S}a:*` } }, 'none', undefined],
  ['upper case', like(`${S}Prod:*`), 'none', undefined],
  ['no subject is a boolean', { Bool: { [sub]: 'true' } }, 'none', undefined],
  ['two issuers', { StringEquals: { [sub]: `${S}a:b`, [otherSub]: `${S}a:b` } }, 'none', undefined],
  ['audience refused', { StringEquals: { [aud]: 'x' } }, 'none', undefined],
  ['disjoint patterns', { ...like(`${S}a-*:x`), 'ForAnyValue:StringLike': { [sub]: `${S}b-*:x` } }, 'none', undefined],
  ['no name can be empty', like(`${S}a:`), 'none', undefined],
  ['no name begins with a dash', like(`${S}a:-*`), 'none', undefined],
  ['no namespace has a dot', like(`${S}a.b:*`), 'none', undefined],
  ['namespace of 63 characters', like(`${S}${'n'.repeat(63)}:x`), `list ${'n'.repeat(63)}:x`, `${'n'.repeat(63)}:x`],
  ['namespace of 64 characters', { StringEquals: { [sub]: `${S}${'n'.repeat(64)}:x` } }, 'none', undefined],
  ['pattern for 64 characters', like(`${S}${'?'.repeat(64)}:x`), 'none', undefined],
  ['name of 254 characters', like(`${S}n:${'?'.repeat(254)}`), 'none', undefined],
  ['namespace', like(`${S}ns:*`), 'pattern ns:*', 'ns:a'],
  ['prefix', like(`${S}ns:efs-csi-*`), 'pattern ns:efs-csi-*', 'ns:efs-csi-a'],
  ['exact beside prefix', like(`${S}ns:aws`, `${S}ns:aws-*`), 'pattern ns:aws ns:aws-*', 'ns:aws'],
  ['covered ones are left out', like(`${S}ns:*`, `${S}ns:aws`, `${S}ns:a*`), 'pattern ns:*', 'ns:a'],
  ['intersection', { ...like(`${S}a*:x`), 'ForAnyValue:StringLike': { [sub]: '*b:*' } }, 'pattern a*b:x', 'ab:x'],
  [
    'overlap',
    { ...like(`${S}n:*ab`), 'ForAnyValue:StringLike': { [sub]: `${S}n:ab*` } },
    'pattern n:ab n:ab*ab',
    'n:ab',
  ],
  ['complement', { StringNotLike: { [sub]: `${S}kube-system:*` } }, 'pattern * !kube-system:*', 'a:a'],
];

describe('shapes', () => {
  test.each(shapes)('%s', (_, condition, shape, example) => {
    const set = setOf(condition);
    expect(written(set)).toBe(shape);
    expect(set.example).toBe(example === undefined ? undefined : S + example);
    if (set.example !== undefined) expect(setContains(set, set.example)).toBe(true);
  });
});

describe('unknown', () => {
  test.each([
    [{ ArnLike: { [sub]: '*' } }, 'unknown *', 'ArnLike on'],
    [{ StringEquals: { [sub]: `${S}a:b`, 'aws:SourceVpc': 'x' } }, 'unknown a:b', 'it depends on where'],
    [{ ...like(`${S}a:*`), Made: { a: 'b' } }, 'unknown a:*', '"Made" is not a condition operator'],
    [{ StringLike: { [sub]: `\${${sub}}*` } }, 'unknown *', 'the token’s subject'],
  ])('%j', (condition, shape, because) => {
    const set = setOf(condition);
    expect(written(set)).toBe(shape);
    expect(set.because).toContain(because);
    expect(set.example).toBeUndefined();
    expect(setContains(set, `${S}a:b`)).toBe(false);
    expect(setMayContain(set, `${S}a:b`)).toBe(true);
    expect(setMayContain(set, 'x')).toBe(false);
  });

  test.each([
    ['a problem of the statement', aStatement({ Resource: '*' }), 'no element "Resource"'],
    ['a principal', aStatement({ Principal: { AWS: '*' } }), 'principal'],
    ['an action', aStatement({ Action: 's*:*' }), 'action'],
    [
      'keys that differ in case',
      aStatement({ Condition: { StringEquals: { [sub]: `${S}a:b`, [sub.toUpperCase()]: 'x' } } }),
      'case',
    ],
  ])('%s', (_, statement, because) => {
    const set = subjectsOf(mustParse(policyText([statement])), aRequest());
    expect(set.kind).toBe('unknown');
    expect(set.because).toContain(because);
  });

  test('doubt that concerns nobody is none', () => {
    const undecidable = aStatement({ Condition: { Made: { a: 'b' }, StringEquals: { [sub]: 'nobody' } } });
    expect(subjectsOf(mustParse(policyText([undecidable])), aRequest()).kind).toBe('none');
  });
});

describe('hostile patterns are answered within the stated bound', () => {
  test.each([
    ['many stars', '*a?'.repeat(200)],
    ['a star and many question marks', `${S}*a${'?'.repeat(40)}:*b${'?'.repeat(40)}`],
    ['very long', `${S}${'*a'.repeat(30_000)}`],
  ])('%s', (_, pattern) => {
    const began = performance.now();
    const set = setOf(like(pattern));
    expect(['unknown', 'none']).toContain(set.kind);
    if (set.kind === 'unknown') expect(set.because).toContain('too large');
    expect(hasOpenNamespace(set)).toBe(false);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
  test('many exact subjects stay a list', () => {
    const subjects = Array.from({ length: 1500 }, (_, at) => `${S}ns${at}:app`);
    expect(setOf({ StringEquals: { [sub]: subjects } }).subjects).toHaveLength(1500);
  });
  test('too many alternatives are unknown', () => {
    const many = (letter: string) => Array.from({ length: 100 }, (_, at) => `${S}*${letter}${at}*`);
    const set = setOf({ StringLike: { [sub]: many('a') }, 'ForAnyValue:StringLike': { [sub]: many('b') } });
    expect(set.kind).toBe('unknown');
  });
});

describe('classification', () => {
  test.each([
    [like('*'), true, false, []],
    [like(`${S}*:app`), false, true, []],
    [like('*:app'), false, true, []],
    [like(`${S}prod*`), false, true, []],
    [like(`${S}prod*app`), false, true, []],
    [like(`${S}team-*:*`), false, true, []],
    [{ StringNotLike: { [sub]: `${S}kube-system:*` } }, false, true, []],
    [like(`${S}team-*:app`), false, false, []],
    [like(`${S}team-*:app-*`), false, false, []],
    [like(`${S}ns:*`, `${S}b:x`, `${S}b?:*`), false, false, ['ns']],
    [like('*:prod:*'), false, false, ['prod']],
    [like(`${S}ns:a*`), false, false, []],
    [{ StringEquals: { [sub]: `${S}a:b` } }, false, false, []],
    [like('x'), false, false, []],
  ])('%j', (condition, every, open, whole) => {
    const set = setOf(condition);
    expect(isEverySubject(set)).toBe(every);
    expect(hasOpenNamespace(set)).toBe(open);
    expect(wholeNamespaces(set)).toEqual(whole);
    expect(wholeNamespaces(set)).toEqual(whole);
  });

  test('witness and members', () => {
    const accounts = [
      { namespace: 'ns', name: 'a' },
      { namespace: 'other', name: 'a' },
    ];
    expect(shortestWitness(setOf(like(`${S}ns:*`)))).toEqual({ namespace: 'ns', name: 'a' });
    expect(shortestWitness(setOf(like('x')))).toBeUndefined();
    expect(membersAmong(setOf(like(`${S}ns:*`)), accounts)).toEqual([accounts[0]]);
    expect(membersAmong(setOf(like('x')), accounts)).toEqual([]);
  });
});

describe('one statement', () => {
  const first = aStatement({ Condition: like(`${S}a:*`) });
  const second = aStatement({ Condition: { StringEquals: { [sub]: `${S}b:b` } } });
  const denied = aStatement({ Effect: 'Deny', Condition: { StringEquals: { [sub]: `${S}a:x` } } });
  const policy = mustParse(policyText([first, second, denied]));
  const of = (at: number): SubjectSet => statementSubjects(policy, policy.statements[at] ?? fail(), aRequest());
  const fail = (): never => {
    throw new Error('no such statement');
  };
  test('after all Deny statements', () => {
    expect(written(of(0))).toBe('pattern a:* !a:x');
    expect(written(of(1))).toBe('list b:b');
    expect(written(of(2))).toBe('none');
    expect(setContains(of(0), `${S}a:x`)).toBe(false);
    expect(setContains(of(0), 'system:node:a')).toBe(false);
  });
  test('says its own doubts, and those of what may deny', () => {
    const doubtful = (key: string, over: Readonly<Record<string, unknown>> = {}) =>
      aStatement({ Condition: { StringEquals: { [key]: 'x', [sub]: `${S}a:a` } }, ...over });
    const statements = [
      doubtful('sts:RoleSessionName'),
      doubtful('aws:SourceVpc'),
      doubtful('aws:RequestedRegion', { Effect: 'Deny' }),
    ];
    const parsed = mustParse(policyText(statements));
    const [own = fail()] = parsed.statements;
    expect(statementSubjects(parsed, own, aRequest()).because).toBe(
      'StringEquals on sts:RoleSessionName: the pod’s SDK chooses the session name; ' +
        'StringEquals on aws:RequestedRegion: it is the region of the STS endpoint that the pod’s SDK calls',
    );
    expect(conditionSubjects(parsed, own, aRequest()).because).toBe(
      'StringEquals on sts:RoleSessionName: the pod’s SDK chooses the session name',
    );
  });
  test('the example is the first of the shortest; nobody has none', () => {
    const among = (...values: readonly string[]) => setOf({ StringEquals: { [sub]: values.map(value => S + value) } });
    expect(among('bb:b', 'b:b', 'a:a').example).toBe(`${S}a:a`);
    expect(among('aa:a', 'b:b').example).toBe(`${S}b:b`);
    expect('example' in setOf({ StringEquals: { [sub]: 'x' } })).toBe(false);
    expect('example' in setOf({ StringEquals: { 'sts:RoleSessionName': 'x' } })).toBe(false);
  });
  test('by its tests alone', () => {
    expect(written(conditionSubjects(policy, policy.statements[2] ?? fail(), aRequest()))).toBe('list a:x');
  });
  test('beside an effect that may be Deny', () => {
    const open = mustParse(policyText([second, aStatement({ Effect: 'deny' })]));
    expect(statementSubjects(open, open.statements[0] ?? fail(), aRequest()).kind).toBe('unknown');
    expect(statementSubjects(open, open.statements[1] ?? fail(), aRequest()).kind).toBe('unknown');
  });
});

test('a literal star is not taken for the pattern of the same text', () => {
  const allowed = aStatement({ Condition: like(`${S}*:a`) });
  const others = aStatement({
    Condition: { StringNotLike: { [sub]: `${S}a-b:*` }, StringNotEquals: { [sub]: `${S}a-b:*` } },
  });
  const set = subjectsOf(mustParse(policyText([allowed, others])), aRequest());
  expect(setContains(set, `${S}a-b:a`)).toBe(true);
  expect(setContains(set, `${S}a-b:b`)).toBe(false);
  expect(set.because).toContain('upper bound');
});
