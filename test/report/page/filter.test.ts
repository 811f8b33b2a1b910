import { expect, test } from '@jest/globals';
import { severities } from '../../../lib/model/finding.ts';
import { healthMap } from '../../../lib/report/graph/health-lines.ts';
import { healthSection } from '../../../lib/report/html/health-section.ts';
import { pageData } from '../../../lib/report/html/page-data.ts';
import {
  choices,
  everything,
  type Filter,
  filterAddress,
  filterOf,
  matches,
  searchTextOf,
} from '../../../lib/report/page/filter.ts';
import { fc } from '../../support/properties.ts';
import { aFleetReport } from '../fleet-report.ts';
import { aFullReport } from '../sample-report.ts';

const { findings } = pageData(aFullReport());
const found = (filter: Partial<Filter>): readonly string[] =>
  findings
    .filter(finding => matches(finding, searchTextOf(finding), { ...everything, ...filter }))
    .map(({ ruleId }) => ruleId);

test('a filter that asks for nothing finds everything, with what is waived', () => {
  expect(found({ waived: true })).toEqual(findings.map(({ ruleId }) => ruleId));
});

test.each<readonly [string, Partial<Filter>, readonly string[]]>([
  ['one severity', { severities: new Set(['critical']) }, ['webhook-missing']],
  ['no severity', { severities: new Set() }, []],
  ['an impact', { impact: 'breaks' }, ['webhook-missing', 'service-account-role-missing']],
  ['a rule', { q: 'role-unused' }, ['role-unused']],
  ['a namespace', { namespace: 'checkout' }, ['service-account-role-missing']],
  ['an account that has none', { account: '444455556666' }, []],
  ['a cluster that has none', { cluster: 'other' }, []],
  ['words in any case and order', { q: 'CHECKOUT-CRAT   annotate' }, ['service-account-role-missing']],
  ['the error that a pod logs', { q: 'not authorized to perform' }, ['service-account-role-missing']],
  ['a finding of the same cause', { q: 'runs with an old role' }, ['service-account-role-missing']],
  ['words of which one does not occur', { q: 'annotate nothing-like-it' }, []],
])('%s finds what it names', (_, filter, rules) => expect(found(filter)).toEqual(rules));

test('waived findings are listed where they are asked for', () => {
  const waived = findings.filter(({ waiver }) => waiver !== undefined).map(({ ruleId }) => ruleId);
  expect(waived).toHaveLength(1);
  expect(found({}).filter(id => waived.includes(id))).toEqual([]);
  expect(found({ waived: true }).filter(id => waived.includes(id))).toEqual(waived);
});

test.each([1, 6, 44])(
  'of %i clusters, each number of the health map is the number of findings that its link finds',
  clusters => {
    const report = aFleetReport(600, clusters);
    const data = pageData(report);
    const links = [...healthSection(healthMap(report)).markup.matchAll(/href="#([^"]*)"[^>]*>(\d+)<\/a>/g)];
    expect(links.length).toBeGreaterThan(1);
    for (const [, address = '', count] of links) {
      const filter = filterOf(address.replaceAll('&#38;', '&'));
      const inList = data.findings.filter(
        finding => filter !== undefined && matches(finding, searchTextOf(finding), filter, data.alike),
      );
      expect(`${address}: ${inList.length}`).toBe(`${address}: ${count}`);
    }
  },
);

test('an address gives back the filter that it was made from', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 12 });
  const filters = fc.record({
    ...(Object.fromEntries(choices.map(name => [name, text])) as Record<(typeof choices)[number], typeof text>),
    waived: fc.boolean(),
    severities: fc.subarray([...severities], { minLength: 1 }).map(list => new Set(list)),
  });
  fc.assert(fc.property(filters, filter => expect(filterOf(filterAddress(filter)) ?? everything).toEqual(filter)));
});

test.each(['', 'coverage', 'finding=f1d2', '%', 'severity', 'other=1'])(
  'the address "%s" is read without an error',
  address => {
    expect(filterOf(address)?.q ?? '').toBe('');
  },
);

test('an address that names an unknown severity shows the known ones', () => {
  expect(filterOf('severity=high,urgent')?.severities).toEqual(new Set(['high']));
});
