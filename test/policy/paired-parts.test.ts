/** The small parts of which decisions are made, with each form of what they are given. */
import { expect, test } from '@jest/globals';
import { matchesArn } from '../../lib/policy/decide/arn-pattern.ts';
import {
  anyOne,
  type Glob,
  globKey,
  globMatches,
  globOf,
  literalGlob,
  literalPrefix,
  matchesAll,
  star,
  starGlob,
  wildcardGlob,
} from '../../lib/policy/decide/glob.ts';
import {
  endsOf,
  grammarOfCode,
  isOfGrammar,
  run,
  shortestOf,
  type TextGrammar,
} from '../../lib/policy/decide/text-grammar.ts';
import { policyBudget } from '../../lib/policy/who/budget.ts';
import { claimOf, hasVariable, isPlaceholder, splitKey } from '../../lib/policy/who/condition-keys.ts';
import { textClasses } from '../../lib/policy/who/text-classes.ts';
import { line, tell, texts } from '../support/paired-lines.ts';

test('patterns of ARNs', () => {
  const patterns = texts(
    ['arn:aws:', 'arn:*:', 'arn:', '*'],
    ['iam::', 'lambda:*:', '*', 'lambda:eu-west-1:', ''],
    ['111122223333:', '*:', ''],
    ['role/app', 'function:app:1', 'function:*', 'role/${aws:username}', '*', 'role/a?p', ''],
  );
  const arns = ['arn:aws:iam::111122223333:role/app', 'arn:aws:lambda:eu-west-1:111122223333:function:app:1'];
  tell(
    'ARNs',
    patterns.flatMap(pattern =>
      [true, false].map(variables =>
        line(
          [pattern, variables],
          arns.map(arn => matchesArn(pattern, arn, variables)),
        ),
      ),
    ),
  );
});

test('globs', () => {
  const written = texts(['', 'a', '*', '?'], ['', 'b', '**', '*?'], ['', 'c', '?', '*']);
  const globs: readonly Glob[] = [
    ...written.flatMap(text => [wildcardGlob(text), starGlob(text), literalGlob(text)]),
    globOf([0x2a, star]),
    globOf([0x3f, star]),
    globOf([anyOne, star]),
    globOf([star, star, 0x3f]),
    globOf([0x3f, anyOne]),
  ];
  const tried = ['', 'a', 'b', 'abc', '*', '?', '*?', 'a?c', 'ab*'];
  tell(
    'globs',
    globs.map(glob =>
      line(
        [glob.text, glob.codes],
        [glob.literal, literalPrefix(glob), matchesAll(glob), tried.filter(one => globMatches(glob, one))],
      ),
    ),
  );
  for (const one of globs)
    for (const another of globs)
      expect(globKey(one) === globKey(another)).toBe(one.codes.join() === another.codes.join());
});

test('grammars', () => {
  const grammars: Readonly<Record<string, readonly [TextGrammar, string]>> = {
    fixed: [['ab'], 'ab'],
    'a run': [[run(/[a-c]/, 1)], '[a-c]+'],
    'a run of two or three': [[run(/[a-c]/, 2, 3)], '[a-c]{2,3}'],
    'a run of one': [[run(/[a-c]/, 1, 1)], '[a-c]'],
    'an owner and a name': [['x:', run(/[a-c]/, 1), '/', run(/[a-c/]/, 0)], 'x:[a-c]+/[a-c/]*'],
    'an end': [[run(/[a-c]/, 0, 2), '-z'], '[a-c]{0,2}-z'],
    'upper case': [[run(/[A-C]/, 1, 2), '/'], '[A-C]{1,2}/'],
    'any character': [grammarOfCode(anyOne), '.'],
    'any text': [grammarOfCode(star), '.*'],
    'one character': [grammarOfCode(0x61), 'a'],
  };
  const tried = texts(
    ['', 'a', 'ab', 'x:', 'X:', 'A'],
    ['', 'b', 'C', 'abc'],
    ['', '/', '-z', '-'],
    ['', 'a', '/', 'z'],
  );
  for (const [grammar, pattern] of Object.values(grammars))
    for (const text of tried) {
      const [plain, folded] = ['', 'i'].map(flags => new RegExp(`^(?:${pattern})$`, `s${flags}`).test(text));
      expect([text, pattern, isOfGrammar(grammar, text)]).toEqual([text, pattern, plain]);
      expect([text, pattern, endsOf([grammar], text, new Set([0]), false).has(text.length)]).toEqual([
        text,
        pattern,
        plain,
      ]);
      expect([text, pattern, endsOf([grammar], text.toLowerCase(), new Set([0]), true).has(text.length)]).toEqual([
        text,
        pattern,
        folded,
      ]);
    }
  const list = Object.values(grammars).map(([grammar]) => grammar);
  expect(list.map(one => shortestOf([one]))).toEqual([2, 1, 2, 1, 4, 2, 2, 1, 0, 1]);
  expect(shortestOf(list.slice(0, 4))).toBe(1);
});

test('classes that the work did not suffice for are looked for again', () => {
  const grammar: TextGrammar = [run(/[a-z]/, 0)];
  const globs = ['ab*', '*c'].map(wildcardGlob);
  const spent = textClasses(globs, grammar, { left: 1 });
  const whole = textClasses(globs, grammar, policyBudget());
  expect([spent.isComplete, whole.isComplete, whole.values.length]).toEqual([false, true, 4]);
});

test('keys and values', () => {
  const values = texts(
    ['', 'x', '${', '$${'],
    ['', 'aws:username', 'NS', "a.b, 'x'", '*', ' $'],
    ['', '}', '}}'],
    ['', '{{ x }}', '{{', '$(x)', '$(', '<x>', '<>', '<x', '${*}'],
  );
  tell(
    'values',
    values.map(one =>
      line(one, [
        isPlaceholder(one),
        ...['2012-10-17', '2008-10-17', undefined].map(version => hasVariable(one, version)),
      ]),
    ),
  );
  const keys = texts(['', 'https://', 'A.example/', 'a.example/x'], ['', ':', ':443:'], ['sub', 'SUB', 'aud', '']);
  tell(
    'keys',
    keys.map(one => line(one, [splitKey(one), claimOf(one, ['a.example/x', 'A.EXAMPLE']), claimOf(one, [])])),
  );
});
