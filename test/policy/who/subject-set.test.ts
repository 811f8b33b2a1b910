import { describe, expect, test } from '@jest/globals';
import { policyBudget } from '../../../lib/policy/who/budget.ts';
import { assumersAmong, holds } from '../../../lib/policy.ts';
import { exampleIssuer } from '../../support/example-world.ts';
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
} from '../../support/trust-cases.ts';
import {
  certainPart,
  conditionTruth,
  type SubjectSet,
  setContains,
  setMayContain,
  statementSubjects,
  subjectsOf,
} from '../../support/whole/subject-set.ts';

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

describe('patterns that are hard to determinize are decided all the same', () => {
  test.each([
    ['many stars, longer than any subject', '*a?'.repeat(200), 'none'],
    ['a star and many question marks', `${S}*a${'?'.repeat(40)}:*b${'?'.repeat(40)}`, 'pattern'],
    ['very long', `${S}${'*a'.repeat(330)}`, 'none'],
  ])('%s', (_, pattern, kind) => {
    expect(setOf(like(pattern)).kind).toBe(kind);
  });

  test('many exact subjects stay a list', () => {
    const subjects = Array.from({ length: 1500 }, (_, at) => `${S}ns${at}:app`);
    expect(setOf({ StringEquals: { [sub]: subjects } }).subjects).toHaveLength(1500);
  });

  test('all but many exact subjects is a pattern with exceptions', () => {
    const subjects = Array.from({ length: 300 }, (_, at) => `${S}ns${at}:app`);
    const set = setOf({ StringNotEquals: { [sub]: subjects } });
    expect([set.kind, set.patterns, set.example]).toEqual(['pattern', [`${S}*`], `${S}a:a`]);
  });

  test('too many alternatives are unknown', () => {
    const many = (letter: string) => Array.from({ length: 100 }, (_, at) => `${S}*${letter}${at}*`);
    const set = setOf({ StringLike: { [sub]: many('a') }, 'ForAnyValue:StringLike': { [sub]: many('b') } });
    expect([set.kind, set.reasons]).toEqual(['unknown', [{ kind: 'budget', mayBeEverySubject: false }]]);
  });
});

test('the certain part of a set is the set, or what of an unknown one is certain', () => {
  const partOf = (...statements: readonly unknown[]) =>
    certainPart(subjectsOf(mustParse(policyText(statements)), aRequest()), policyBudget());
  const doubtful = { 'aws:SourceVpc': 'x' };
  const sure = aStatement({ Condition: like(`${S}a:*`) });
  expect(written(partOf(sure))).toBe('pattern a:*');
  expect(written(partOf(sure, aStatement({ Condition: { StringEquals: doubtful } })))).toBe('pattern a:*');
  expect(written(partOf(aStatement({ Condition: { StringEquals: { ...doubtful, [sub]: `${S}a:b` } } })))).toBe('none');
  expect(written(partOf(aStatement(), aStatement({ Action: 's*:*' })))).toBe('any *');
});

test('members among existing accounts', () => {
  const accounts = [
    { namespace: 'ns', name: 'a' },
    { namespace: 'other', name: 'a' },
  ];
  expect(assumersAmong(setOf(like(`${S}ns:*`)), accounts)).toEqual([accounts[0]]);
  expect(assumersAmong(setOf(like('x')), accounts)).toEqual([]);
});

describe('one statement', () => {
  const first = aStatement({ Condition: like(`${S}a:*`) });
  const second = aStatement({ Condition: { StringEquals: { [sub]: `${S}b:b` } } });
  const denied = aStatement({ Effect: 'Deny', Condition: { StringEquals: { [sub]: `${S}a:x` } } });
  const policy = mustParse(policyText([first, second, denied]));
  const of = (at: number, among = policy): SubjectSet =>
    statementSubjects(among, among.statements[at] ?? fail(), [aRequest()], policyBudget())[0] ?? fail();
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
      doubtful('aws:userid'),
      doubtful('aws:PrincipalType'),
      doubtful('aws:Made', { Effect: 'Deny' }),
    ];
    const parsed = mustParse(policyText(statements));
    expect(of(0, parsed).because).toBe(
      'StringEquals on aws:userid: its value for web identity is not documented; ' +
        'StringEquals on aws:Made: whether aws:Made is set for this request is not documented',
    );
  });
  test.each(['sts:RoleSessionName', 'aws:RequestedRegion', 'aws:UserAgent', 'aws:SourceVpc', 'aws:ResourceOrgID'])(
    '%s restricts nobody who has a token',
    key => {
      const statements = [aStatement({ Condition: { StringEquals: { [key]: 'x-region', [sub]: `${S}a:a` } } })];
      expect(of(0, mustParse(policyText(statements)))).toMatchObject({ kind: 'list', subjects: [`${S}a:a`] });
    },
  );
  test('for several contexts at once: what comes to the same is worked out once', () => {
    const contexts = ['sts.amazonaws.com', 'other', 'vault'].map(audience => aRequest({ audience }));
    const unasked = statementSubjects(policy, policy.statements[0] ?? fail(), contexts, policyBudget());
    expect(new Set(unasked).size).toBe(1);
    const asking = mustParse(policyText([aStatement({ Condition: { StringEquals: { [aud]: 'vault' } } })]));
    const sets = statementSubjects(asking, asking.statements[0] ?? fail(), contexts, policyBudget());
    expect(sets.map(({ kind }) => kind)).toEqual(['none', 'none', 'any']);
  });
  describe('each context of several has the answer that it has alone, in whatever order', () => {
    const other = 'https://oidc.eks.us-west-2.amazonaws.com/id/A1B2C3D4E5F60718293A4B5C6D7E8F90';
    const keyOf = (issuer: string, claim: string) => `${issuer.slice('https://'.length)}:${claim}`;
    const both = {
      Federated: [exampleIssuer, other].map(
        one => `arn:aws:iam::111122223333:oidc-provider/${one.slice('https://'.length)}`,
      ),
    };
    const made = { 'aws:Made': 'x' };
    const told = (set: SubjectSet) => [written(set), set.because, set.example];
    const nobody = { StringEquals: { [aud]: 'nobody' } };
    const doubtful = { ArnLikeIfExists: { [sub]: '*', [keyOf(other, 'sub')]: '*' } };
    /** The conditions of the Allow statement, and of a Deny statement. */
    test.each<[string, allowed: unknown, denied: unknown]>([
      [
        'a subject for each issuer',
        { StringEqualsIfExists: { [sub]: `${S}a:a`, [keyOf(other, 'sub')]: `${S}b:b` } },
        nobody,
      ],
      [
        'the same subject for both',
        { StringEqualsIfExists: { [sub]: `${S}a:a`, [keyOf(other, 'sub')]: `${S}a:a` } },
        nobody,
      ],
      ['a doubt about each issuer', doubtful, nobody],
      [
        'an audience for each',
        { StringEqualsIfExists: { [aud]: 'vault', [keyOf(other, 'aud')]: 'sts.amazonaws.com' } },
        nobody,
      ],
      [
        'a doubt about one audience, and nobody of the other',
        { StringEquals: { [aud]: 'vault' }, ArnLike: { [sub]: '*' } },
        nobody,
      ],
      ['everybody, and one audience may be denied', {}, { StringEquals: { ...made, [aud]: 'vault' } }],
    ])('%s', (_, Condition, denied) => {
      const deny = [aStatement({ Effect: 'Deny', Principal: both, Condition: denied })];
      const asked = mustParse(policyText([aStatement({ Principal: both, Condition }), ...deny]));
      const statement = asked.statements[0] ?? fail();
      const contexts = [exampleIssuer, other, exampleIssuer].flatMap(issuer =>
        ['sts.amazonaws.com', 'vault'].map(audience => aRequest({ issuer, audience })),
      );
      const alone = contexts.map(one => told(statementSubjects(asked, statement, [one], policyBudget())[0] ?? fail()));
      expect(statementSubjects(asked, statement, contexts, policyBudget()).map(told)).toEqual(alone);
      expect(statementSubjects(asked, statement, contexts.toReversed(), policyBudget()).map(told)).toEqual(
        alone.toReversed(),
      );
    });
  });
  test('the example is the first of the shortest; nobody has none', () => {
    const among = (...values: readonly string[]) => setOf({ StringEquals: { [sub]: values.map(value => S + value) } });
    expect(among('bb:b', 'b:b', 'a:a').example).toBe(`${S}a:a`);
    expect(among('aa:a', 'b:b').example).toBe(`${S}b:b`);
    expect('example' in setOf({ StringEquals: { [sub]: 'x' } })).toBe(false);
    expect('example' in setOf({ StringEquals: { 'sts:RoleSessionName': 'x' } })).toBe(false);
  });
  test('by its tests alone', () => {
    const { certain } = conditionTruth(policy, policy.statements[2] ?? fail(), aRequest());
    expect([holds(certain, `${S}a:x`), holds(certain, `${S}a:y`)]).toEqual([true, false]);
  });
  test('beside an effect that may be Deny', () => {
    const open = mustParse(policyText([second, aStatement({ Effect: 'deny' })]));
    expect([of(0, open).kind, of(1, open).kind]).toEqual(['unknown', 'unknown']);
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
