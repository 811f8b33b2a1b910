import { describe, expect, test } from '@jest/globals';
import { policyBudget } from '../../../lib/policy/who/budget.ts';
import { accepts, advance, productOf, startOf } from '../../../lib/policy/who/product-dfa.ts';
import { swallowedColon } from '../../../lib/policy/who/subject-grammar.ts';
import type { SubjectSearch } from '../../../lib/policy/who/term-search.ts';
import {
  accountOfSubject,
  breadthOf,
  type Formula,
  globMatches,
  globsOverlap,
  holds,
  intersectGlobs,
  isAccountSubject,
  literalGlob,
  shapeOf,
  shortestSubject,
  wildcardGlob,
} from '../../../lib/policy.ts';
import { fc } from '../../support/properties.ts';
import { casesOf } from '../../support/sample.ts';
import { S } from '../../support/trust-cases.ts';

const like = (text: string): Formula => ({ kind: 'matches', glob: wildcardGlob(text) });
const is = (text: string): Formula => ({ kind: 'matches', glob: literalGlob(text) });
const not = (part: Formula): Formula => ({ kind: 'not', part });
const and = (...parts: readonly Formula[]): Formula => ({ kind: 'and', parts });
const or = (...parts: readonly Formula[]): Formula => ({ kind: 'or', parts });

const anyText = fc.string({ unit: fc.constantFrom('a', 'b', ':'), maxLength: 7 });
const anyPattern = fc.string({ unit: fc.constantFrom('a', 'b', ':', '*', '?', '*'), maxLength: 6 });

/** Formulas over patterns of subjects. */
const anyFormula = (pattern: fc.Arbitrary<string>): fc.Arbitrary<Formula> =>
  fc.letrec<{ formula: Formula }>(tie => ({
    formula: fc.oneof(
      { depthSize: 'small' },
      { arbitrary: pattern.map(like), weight: 3 },
      { arbitrary: pattern.map(is), weight: 1 },
      { arbitrary: tie('formula').map(not), weight: 1 },
      { arbitrary: fc.array(tie('formula'), { minLength: 1, maxLength: 3 }).map(parts => and(...parts)), weight: 1 },
      { arbitrary: fc.array(tie('formula'), { minLength: 1, maxLength: 3 }).map(parts => or(...parts)), weight: 1 },
    ),
  })).formula;

describe('the product of patterns', () => {
  test('accepts the texts for which the formula holds', () => {
    fc.assert(
      fc.property(anyFormula(anyPattern), fc.array(anyText, { minLength: 1, maxLength: 6 }), (formula, texts) => {
        const product = productOf(formula, policyBudget());
        for (const text of texts)
          expect(accepts(product, advance(product, startOf(product), text), formula)).toBe(holds(formula, text));
      }),
      { numRuns: casesOf(300) },
    );
  });

  test('tries the letters that matter, and one that stands for the rest', () => {
    const lettersOf = (...parts: readonly Formula[]) => productOf(and(...parts), policyBudget());
    expect(lettersOf(like('x*'), is('cab'))).toMatchObject({ letters: ['a', 'b', 'c', 'd', 'x'], other: 'd' });
    expect(lettersOf(true)).toMatchObject({ letters: ['a'], other: 'a' });
    const all = lettersOf(is('abcdefghijklmnopqrstuvwxyz0123456789'));
    expect([all.letters.length, all.other]).toEqual([36, undefined]);
  });

  test('equal patterns are one automaton, all exact texts together are one', () => {
    const machines = (...formulas: readonly Formula[]) => productOf(and(...formulas), policyBudget()).machines.length;
    expect(machines()).toBe(1);
    expect(machines(is('a'), is('b'), is('c'))).toBe(1);
    expect(machines(like('a*'), not(like('a*')), and(like('a**'), like('b?')))).toBe(3);
  });

  test('work is counted down', () => {
    const product = productOf(and(like('*a*'), is('aa')), { left: 1000 });
    const states = advance(product, startOf(product), 'aaa');
    const after = product.budget.left;
    expect(after).toBeLessThan(1000);
    accepts(product, states, and(like('*a*'), like('*a*')));
    expect(product.budget.left).toBeLessThan(after);
  });
});

describe('what two patterns have in common', () => {
  test('is what both match', () => {
    fc.assert(
      fc.property(anyPattern, anyPattern, fc.array(anyText, { minLength: 1, maxLength: 8 }), (left, right, texts) => {
        const [a, b] = [wildcardGlob(left), wildcardGlob(right)];
        const both = intersectGlobs(a, b);
        expect(globsOverlap(a, b)).toBe(both?.length !== 0);
        for (const text of texts)
          expect(both?.some(glob => globMatches(glob, text))).toBe(globMatches(a, text) && globMatches(b, text));
      }),
      { numRuns: casesOf(600) },
    );
  });

  test.each([
    ['a*', '*b', ['a*b']],
    ['a?', '?b', ['ab']],
    ['ab', 'a?', ['ab']],
    ['?', '?', ['?']],
    ['?*', '*?', ['?*?', '?']],
    ['a', 'b', []],
    ['a', '', []],
    ['', '', ['']],
    ['*', '', ['']],
    ['*', 'a', ['a']],
  ])('%s and %s', (left, right, expected) => {
    const both = intersectGlobs(wildcardGlob(left), wildcardGlob(right)) ?? [];
    expect(both.map(({ text }) => text).sort()).toEqual([...expected].sort());
  });

  test('has a stated bound', () => {
    const long = (length: number) => wildcardGlob('a'.repeat(length));
    expect(intersectGlobs(long(300), long(300))).toHaveLength(1);
    expect(intersectGlobs(long(300), long(301))).toBeUndefined();
    const stars = wildcardGlob('*a*b*c*d*e*');
    expect(intersectGlobs(stars, wildcardGlob('*1*2*3*4*5*'))).toBeUndefined();
  });
});

const found = (subject: string): SubjectSearch => ({ kind: 'found', subject: `${S}${subject}` });

describe('the shortest subject', () => {
  test.each<[Formula, SubjectSearch]>([
    [true, found('a:a')],
    [false, { kind: 'none' }],
    [like('*'), found('a:a')],
    [like(`${S}*:app`), found('a:app')],
    [like(`${S}prod*`), found('prod:a')],
    [not(like(`${S}a*`)), found('b:a')],
    [and(like('*-*'), like('*.*')), found('a-a:a.a')],
    [like(`${S}a-*`), found('a-a:a')],
    [like(`${S}*-:*`), { kind: 'none' }],
    [like(`${S}-*`), { kind: 'none' }],
    [like(`${S}*:-*`), { kind: 'none' }],
    [like(`${S}*:*-`), { kind: 'none' }],
    [like(`${S}*:*.-*`), { kind: 'none' }],
    [like(`${S}*:*..*`), { kind: 'none' }],
    [like(`${S}*:*-.*`), { kind: 'none' }],
    [like(`${S}*.*:*`), { kind: 'none' }],
    [like(`${S}*:*:*`), { kind: 'none' }],
    [like(`${S}*A*`), { kind: 'none' }],
    [like(`${S}*_*`), { kind: 'none' }],
    [like('*:node:*'), found('node:a')],
    [is(`${S}z9:a-b.c`), found('z9:a-b.c')],
    [is('system:node:a'), { kind: 'none' }],
    [is(`${S}a:b `), { kind: 'none' }],
    // The longest namespace has 63 characters, the longest name 253.
    [like(`${S}${'?'.repeat(63)}:b`), found(`${'a'.repeat(63)}:b`)],
    [like(`${S}${'?'.repeat(64)}:b`), { kind: 'none' }],
    [is(`${S}a:${'b'.repeat(253)}`), found(`a:${'b'.repeat(253)}`)],
    [is(`${S}a:${'b'.repeat(254)}`), { kind: 'none' }],
    [is(`${S}${'a'.repeat(64)}:b`), { kind: 'none' }],
    // The shortest of all is too long, another one is not.
    [or(is(`${S}${'a'.repeat(64)}:b`), is(`${S}a:${'b'.repeat(100)}`)), found(`a:${'b'.repeat(100)}`)],
  ])('%j', (formula, expected) => {
    expect(shortestSubject(formula)).toEqual(expected);
  });

  test('is a subject, is in the set, and none that was tried is shorter', () => {
    const pieces = fc.constantFrom('*', '?', 'a', 'b', '-', '.', ':', 'ab', '*:');
    const pattern = fc.array(pieces, { maxLength: 5 }).map(parts => `${S}${parts.join('')}`);
    const names = ['a', 'b', 'ab', 'a-b', 'c'];
    const tried = names.flatMap(namespace => [...names, 'a.b'].map(name => `${S}${namespace}:${name}`));
    fc.assert(
      fc.property(anyFormula(pattern), formula => {
        const answer = shortestSubject(formula);
        const members = tried.filter(subject => holds(formula, subject));
        if (answer.kind === 'none') expect(members).toEqual([]);
        if (answer.kind !== 'found') return;
        expect([isAccountSubject(answer.subject), holds(formula, answer.subject)]).toEqual([true, true]);
        for (const member of members) expect(answer.subject.length).toBeLessThanOrEqual(member.length);
      }),
      { numRuns: casesOf(150) },
    );
  });

  test('with a swallowed colon: only where a wildcard runs across it', () => {
    const across = (formula: Formula) => shortestSubject(formula, policyBudget(), swallowedColon).kind;
    expect(across(like(`${S}prod*`))).toBe('found');
    expect(across(like(`${S}*:app`))).toBe('none');
    expect(shortestSubject(like(`${S}p?b`), policyBudget(), swallowedColon)).toEqual(found('p:b'));
  });

  test('past the stated work it is not told', () => {
    expect(shortestSubject(like(`${S}*a*b*c*`), { left: 10 })).toEqual({ kind: 'too-big' });
    expect(shortestSubject(like(`${S}*a*b*c*`), { left: 100_000 })).toEqual(found('ab:c'));
  });
});

describe('a subject', () => {
  test.each([
    ['a:b', { namespace: 'a', name: 'b' }],
    ['a-1:b.c-2', { namespace: 'a-1', name: 'b.c-2' }],
    [`${'a'.repeat(63)}:${'b'.repeat(253)}`, { namespace: 'a'.repeat(63), name: 'b'.repeat(253) }],
    [`${'a'.repeat(64)}:b`, undefined],
    [`a:${'b'.repeat(254)}`, undefined],
    ['a', undefined],
    ['a:', undefined],
    [':a', undefined],
    ['a:b:c', undefined],
    ['A:b', undefined],
    ['a.b:c', undefined],
    ['-a:b', undefined],
    ['a-:b', undefined],
    ['a:b.', undefined],
    ['a:b..c', undefined],
    ['a:b\n', undefined],
    [`a:${'b'.repeat(400)}`, undefined],
  ])('%s', (text, expected) => {
    expect(accountOfSubject(`${S}${text}`)).toEqual(expected);
    expect(isAccountSubject(`${S}${text}`)).toBe(expected !== undefined);
    expect(accountOfSubject(text)).toBeUndefined();
    expect(accountOfSubject(`x${S}${text}`)).toBeUndefined();
  });
});

describe('a set by namespaces', () => {
  const any = { kind: 'namespaces-open', isNamed: false, namespaces: [] };
  const named = { kind: 'namespaces-open', isNamed: true, namespaces: [] };
  const broad = { kind: 'broad', isNamed: false, namespaces: [] };
  const whole = (...namespaces: readonly string[]) => ({ kind: 'whole-namespaces', isNamed: true, namespaces });
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'];

  test.each<[string, Formula, object]>([
    ['a name in any namespace', like(`${S}*:app`), any],
    ['all', like(`${S}*`), any],
    ['all but a namespace', not(like(`${S}a:*`)), any],
    ['all but one namespace and one name', and(like(`${S}*:*`), not(like(`${S}h:*`)), not(like(`${S}*:w1.x-9`))), any],
    ['a name in any namespace, letter by letter', or(...letters.map(one => like(`${S}${one}*:app`))), any],
    ['a name in any namespace, by its last letter', or(...letters.map(one => like(`${S}*${one}:app`))), any],
    ['every namespace of three characters', like(`${S}???:app`), any],
    ['the same, letter by letter', or(...letters.map(one => like(`${S}${one}??:app`))), any],
    ['two characters before a wildcard', like(`${S}ab*:app`), any],
    ['one at either end', like(`${S}a*b:app`), any],
    ['all without a dash', and(like(`${S}*:app`), not(like(`${S}*-*:app`))), any],
    ['a prefix that a person writes', like(`${S}team-*:*`), named],
    ['three characters of a prefix', like(`${S}abc*:app`), named],
    ['three characters of a suffix', like(`${S}*-dev:app`), named],
    ['prefixes that a person writes', or(like(`${S}team-*:a`), like(`${S}squad-*:b`)), named],
    ['a wildcard that swallows the colon', like(`${S}prod*`), named],
    ['a prefix with a wildcard inside', like(`${S}shop*:api`), named],
    ['one of two characters', like(`${S}??:app`), broad],
    ['one character after a name', like(`${S}team-?:app`), broad],
    ['a prefix of names', like(`${S}a:b*`), broad],
    ['one account', is(`${S}a:b`), broad],
    ['names with a dash alone', and(like(`${S}a:*`), like(`${S}*:*-*`)), broad],
    ['all names without a dash', and(like(`${S}a:*`), not(like(`${S}a:*-*`))), broad],
    ['a namespace', like(`${S}a:*`), whole('a')],
    ['two namespaces', or(like(`${S}b:*`), like(`${S}a:*`)), whole('a', 'b')],
    ['a namespace, letter by letter', or(...letters.map(one => like(`${S}shop:${one}*`))), whole('shop')],
    ['a namespace but one account', and(like(`${S}a:*`), not(is(`${S}a:x`))), whole('a')],
    ['a namespace but names that nobody can have', and(like(`${S}a:*`), not(like(`${S}a:*..*`))), whole('a')],
  ])('%s', (_, formula, expected) => {
    expect(breadthOf(formula, policyBudget())).toEqual(expected);
  });

  test('at most 100 names are listed, and none that Kubernetes does not take', () => {
    const names = Array.from({ length: 100 }, (_, at) => `n${at}`);
    const found = breadthOf(or(...names.map(name => like(`${S}${name}:*`))), policyBudget());
    expect(found?.namespaces).toEqual([...names].sort());
    const long = breadthOf(or(like(`${S}${'a'.repeat(64)}:*`), like(`${S}${'a'.repeat(63)}:*`)), policyBudget());
    expect(long?.namespaces).toEqual(['a'.repeat(63)]);
  });

  test('past the stated bound it is not told', () => {
    const hostile = or(...Array.from({ length: 12 }, (_, at) => like(`${S}*${'ab'.repeat(at + 1)}*c*${at}*:x`)));
    expect(breadthOf(hostile, policyBudget())).toBeUndefined();
  });
});

describe('a set written out', () => {
  const members = ['a', 'b', 'ab', 'a-b'].flatMap(namespace =>
    ['a', 'b', 'app', 'a.b'].map(name => `${S}${namespace}:${name}`),
  );

  test('has the members of the formula where it is exact, and never fewer', () => {
    const pieces = fc.constantFrom('*', '?', 'a', 'b', '-', ':', 'app', 'a:*', '*:a');
    const pattern = fc.array(pieces, { maxLength: 4 }).map(parts => `${S}${parts.join('')}`);
    fc.assert(
      fc.property(anyFormula(pattern), formula => {
        const shape = shapeOf(formula);
        if (shape === undefined) return;
        const some = (patterns: readonly string[], subject: string) =>
          patterns.some(each => globMatches(wildcardGlob(each), subject));
        for (const subject of members) {
          const written =
            shape.subjects.includes(subject) || (some(shape.patterns, subject) && !some(shape.except, subject));
          if (holds(formula, subject)) expect([subject, written]).toEqual([subject, true]);
          else if (shape.exact) expect([subject, written]).toEqual([subject, false]);
        }
        if (shape.everything) expect(members.filter(subject => !holds(formula, subject))).toEqual([]);
      }),
      { numRuns: casesOf(100) },
    );
  });
});
