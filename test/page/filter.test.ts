import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { severities } from '../../lib/core/model/finding.ts';
import { pageData } from '../../lib/core/report/html/page-data.ts';
import { addressOf, everything, type Filter, filterOf, matches, searchTextOf } from '../../lib/page/filter.ts';
import { aFullReport } from '../core/report/sample-report.ts';

const { findings } = pageData(aFullReport());
const found = (filter: Partial<Filter>): readonly string[] =>
  findings
    .filter(finding => matches(finding, searchTextOf(finding), { ...everything, ...filter }))
    .map(({ ruleId }) => ruleId);

test('a filter that asks for nothing finds everything', () => {
  expect(found({})).toEqual(findings.map(({ ruleId }) => ruleId));
});

test.each<readonly [string, Partial<Filter>, readonly string[]]>([
  ['one severity', { severities: new Set(['critical']) }, ['webhook-missing']],
  ['no severity', { severities: new Set() }, []],
  ['an impact', { impact: 'breaks' }, ['webhook-missing', 'service-account-role-missing']],
  ['a rule', { rule: 'role-unused' }, ['role-unused']],
  ['a cluster that has none', { cluster: 'other' }, []],
  ['words in any case and order', { text: 'CHECKOUT-CRAT   annotate' }, ['service-account-role-missing']],
  ['the error that a pod logs', { text: 'not authorized to perform' }, ['service-account-role-missing']],
  ['a finding of the same cause', { text: 'runs with an old role' }, ['service-account-role-missing']],
  ['words of which one does not occur', { text: 'annotate nothing-like-it' }, []],
])('%s finds what it names', (_, filter, rules) => expect(found(filter)).toEqual(rules));

test('an address gives back the filter that it was made from', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  const filters = fc.record({
    text,
    impact: text,
    cluster: text,
    rule: text,
    severities: fc.subarray([...severities], { minLength: 1 }).map(list => new Set(list)),
  });
  fc.assert(fc.property(filters, filter => expect(filterOf(addressOf(filter)) ?? everything).toEqual(filter)));
});

test.each(['', 'coverage', 'finding=f1d2', '%', 'severity', 'other=1'])(
  'the address "%s" is read without an error',
  address => {
    expect(filterOf(address)?.text ?? '').toBe('');
  },
);

test('an address that names an unknown severity shows the known ones', () => {
  expect(filterOf('severity=high,urgent')?.severities).toEqual(new Set(['high']));
});
