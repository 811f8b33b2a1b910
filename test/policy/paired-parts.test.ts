/** The small parts of which decisions are made, with each form of what they are given. */

import { expect, test } from '@jest/globals';
import { anyOne, globOf, literalPrefix, matchesAll, star } from '../../lib/policy/decide/glob.ts';
import { policyValue } from '../../lib/policy/decide/policy-value.ts';
import {
  endsOf,
  grammarOfCode,
  isOfGrammar,
  shortestOf,
  type TextGrammar,
} from '../../lib/policy/decide/text-grammar.ts';
import { policyBudget } from '../../lib/policy/who/budget.ts';
import { textClasses } from '../../lib/policy/who/text-classes.ts';
import {
  claimOf,
  environmentOfAll,
  type Glob,
  globKey,
  globMatches,
  hasVariable,
  isPlaceholder,
  type KeyFact,
  literalGlob,
  matchesArn,
  parseOperator,
  run,
  splitKey,
  starGlob,
  wildcardGlob,
} from '../../lib/policy.ts';
import { given } from '../../lib/text/given.ts';
import { line, tell, tellByAnswer, texts } from '../support/paired-lines.ts';
import { aRequest, sub } from '../support/trust-cases.ts';

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
  const isSame = (one: Glob, another: Glob): boolean => one.codes.join() === another.codes.join();
  const mixedUp = globs.flatMap(one =>
    globs
      .filter(another => (globKey(one) === globKey(another)) !== isSame(one, another))
      .map(({ text }) => [one.text, text]),
  );
  expect(mixedUp).toEqual([]);
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
  const ends = ['', '/', '-z', '-'].flatMap(one => ['', 'a', '/', 'z'].map(last => `${one}${last}`));
  const tried = ['', 'a', 'ab', 'x:', 'X:', 'A'].flatMap(first =>
    ['', 'b', 'C', 'abc'].flatMap(then => ends.map(end => `${first}${then}${end}`)),
  );
  const read = (grammar: TextGrammar, text: string): readonly boolean[] => [
    isOfGrammar(grammar, text),
    endsOf([grammar], text, new Set([0]), false).has(text.length),
    endsOf([grammar], text.toLowerCase(), new Set([0]), true).has(text.length),
  ];
  const wrong = Object.values(grammars).flatMap(([grammar, pattern]) => {
    const [plain, folded] = ['s', 'si'].map(flags => new RegExp(`^(?:${pattern})$`, flags));
    return tried.filter(
      text => read(grammar, text).join() !== [plain?.test(text), plain?.test(text), folded?.test(text)].join(),
    );
  });
  expect(wrong).toEqual([]);
  const list = Object.values(grammars).map(([grammar]) => grammar);
  expect(list.map(one => shortestOf([one]))).toEqual([2, 1, 2, 1, 4, 2, 2, 1, 0, 1]);
  expect(shortestOf(list.slice(0, 4))).toBe(1);
});

test('values with variables', () => {
  const written = [
    ...['x', 'X*', '?', '', `\${${sub}}`, `\${${sub}}\${${sub}}`, `\${${sub}}-x`, 'a-${aws:ResourceTag/team}*'],
    ...[
      '${aws:ResourceTag/team}',
      '${aws:resourcetag/TEAM}',
      '${aws:ResourceTag/none}',
      "${aws:ResourceTag/none, 'd*'}",
    ],
    ...[
      "${aws:ResourceTag/none, 'D'}",
      '${*}${?}${$}',
      '${odd',
      '${}',
      '${a${aws:ResourceTag/team}}',
      '${aws:SourceIp}',
    ],
    ...['${aws:PrincipalTag/a}-${aws:PrincipalTag/A}', '${aws:PrincipalTag/a}X${aws:PrincipalTag/b}?', '${aws:odd}'],
  ];
  const tags = {
    plain: { team: 'Shop' },
    'one character': { team: 'sh?p' },
    star: { team: 's*' },
    none: {},
    unread: undefined,
  };
  const free: KeyFact = { present: 'yes', free: [['ab', run(/[a-z]/, 1)]], because: 'the caller chooses it' };
  const cases = ['StringEquals', 'StringLike', 'StringEqualsIgnoreCase', 'StringNotLike', 'ArnLike'].flatMap(name =>
    ['2012-10-17', '2008-10-17'].flatMap(version =>
      Object.entries(tags).flatMap(([of, roleTags]) =>
        written.map(text => {
          const { roleTags: _tags, ...request } = aRequest();
          const env = environmentOfAll({ ...request, ...given({ roleTags }) }, { version, problems: [] });
          const keys = (key: string): KeyFact | undefined => (key.startsWith('aws:principaltag/') ? free : undefined);
          const operator = parseOperator(name);
          const value = operator && policyValue(text, operator, { ...env, keys });
          return [`${name} ${version} ${of} ${text}`, value] as const;
        }),
      ),
    ),
  );
  for (const [text, some] of Map.groupBy(cases, ([title]) => title.split(' ').slice(-1)[0]))
    tellByAnswer(`value ${text}`, [['no operator', 'none'], ...some]);
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
