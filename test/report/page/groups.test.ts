import { expect, test } from '@jest/globals';
import { pageData } from '../../../lib/report/html/page-data.ts';
import { groupsOf } from '../../../lib/report/page/filter.ts';
import { aFleetReport } from '../fleet-report.ts';
import { aFinding } from '../sample-report.ts';

/** The last finding names no cluster, as one on a provider that no cluster has. */
const fleet = aFleetReport(120, 2);
const { clusterArn: _arn, clusterName: _name, ...nowhere } = aFinding({ id: 'nowhere', severity: 'info' });
const bare = {
  ...nowhere,
  subject: 'arn:aws:iam::111122223333:role/none',
  roleArn: 'arn:aws:iam::111122223333:role/none',
  issuer: 'https://none',
};
const { findings } = pageData({ ...fleet, findings: [...fleet.findings, bare] });
const titlesBy = (by: string): readonly string[] => groupsOf(findings, by).map(({ title }) => title);

test.each(['', 'cause', 'cluster', 'namespace', 'account', 'unheard-of'])(
  'grouped by "%s", every finding is in one group',
  by => {
    const grouped = groupsOf(findings, by).flatMap(group => group.findings);
    expect(grouped).toHaveLength(findings.length);
    expect(new Set(grouped)).toEqual(new Set(findings));
  },
);

test('without grouping there is one group, in the order of the report', () => {
  expect(groupsOf(findings, '')).toEqual([{ title: '', findings }]);
});

test('the group of the worst finding comes first', () => {
  expect(titlesBy('cause')[0]).toBe(findings[0]?.ruleId);
  expect(titlesBy('cause')).toHaveLength(new Set(findings.map(({ ruleId }) => ruleId)).size);
});

test('a finding that lies in no cluster or namespace says so', () => {
  expect(titlesBy('cluster')).toContain('no cluster');
  expect(titlesBy('namespace')).toContain('no namespace');
});

test('namespaces of two clusters are two groups', () => {
  const checkout = titlesBy('namespace').filter(title => title.endsWith(' / checkout'));
  expect(new Set(checkout).size).toBe(checkout.length);
  expect(titlesBy('account')).toEqual(['111122223333']);
});
