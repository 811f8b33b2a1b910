import { expect, test } from '@jest/globals';
import { parseOperator } from '../../../lib/policy.ts';

/** The names of the IAM User Guide, condition operators (docs/facts.md §A.3): how each compares. */
const documented: readonly (readonly [comparison: string, plain: readonly string[], negated: readonly string[]])[] = [
  ['string', ['StringEquals', 'StringEqualsIgnoreCase'], ['StringNotEquals', 'StringNotEqualsIgnoreCase']],
  ['string-like', ['StringLike'], ['StringNotLike']],
  ['arn', ['ArnEquals', 'ArnLike'], ['ArnNotEquals', 'ArnNotLike']],
  ['bool', ['Bool'], []],
  [
    'numeric',
    ['NumericEquals', 'NumericLessThan', 'NumericLessThanEquals', 'NumericGreaterThan', 'NumericGreaterThanEquals'],
    ['NumericNotEquals'],
  ],
  [
    'date',
    ['DateEquals', 'DateLessThan', 'DateLessThanEquals', 'DateGreaterThan', 'DateGreaterThanEquals'],
    ['DateNotEquals'],
  ],
  ['binary', ['BinaryEquals'], []],
  ['address', ['IpAddress'], ['NotIpAddress']],
  ['null', ['Null'], []],
];
const all = documented.flatMap(([comparison, plain, negated]) => [
  ...plain.map(base => ({ base, comparison, negated: false })),
  ...negated.map(base => ({ base, comparison, negated: true })),
]);

test.each(all)('$base compares as $comparison', ({ base, comparison, negated }) => {
  const ignoreCase = base.endsWith('IgnoreCase');
  const parts = { base, comparison, negated, ignoreCase };
  expect(parseOperator(base)).toEqual({ ...parts, ifExists: false });
  for (const qualifier of ['ForAllValues', 'ForAnyValue'])
    expect(parseOperator(`${qualifier}:${base}`)).toEqual({ ...parts, ifExists: false, qualifier });
  if (comparison === 'null') expect(parseOperator(`${base}IfExists`)).toBeUndefined();
  else expect(parseOperator(`${base}IfExists`)).toEqual({ ...parts, ifExists: true });
  // Read a second time it is the same.
  expect(parseOperator(base)).toEqual({ ...parts, ifExists: false });
});

test.each([
  '',
  'IfExists',
  ':',
  'stringequals',
  'STRINGEQUALS',
  'StringEqual',
  'StringEqualsIfexists',
  'StringEqualsIfExistsIfExists',
  'ForAllValues',
  'ForAllValues:',
  'ForSomeValues:StringEquals',
  'forallvalues:StringEquals',
  'ForAllValues:ForAnyValue:StringEquals',
  ' StringEquals',
  'StringEquals ',
  'StringEquals\n',
  'xStringEquals',
  'String-Equals',
  'constructor',
  '__proto__',
])('"%s" is no operator that IAM documents', text => {
  expect(parseOperator(text)).toBeUndefined();
});
