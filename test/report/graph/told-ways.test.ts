import { expect, test } from '@jest/globals';
import { complete } from '../../../lib/model/collected.ts';
import { reachTableOf } from '../../../lib/report/graph/reach-table.ts';
import { toldWaysOf } from '../../../lib/report/graph/told-ways.ts';
import { waysDrawing } from '../../../lib/report/html/ways-drawing.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { reachAdministrator } from '../../../lib/rules/reach/reach-administrator.ts';
import { reachStrongerRole } from '../../../lib/rules/reach/reach-stronger-role.ts';
import { administrator, changesData, worldOf } from '../../rules/reach/worlds.ts';
import { type Bound, rbacWith, reachCluster } from '../../support/reach-world.ts';

/** A report with the findings of the group, and the table of the same facts. */
const reportOf = (bound: readonly Bound[], level = administrator) => {
  const facts = worldOf(bound, level);
  const { findings } = evaluate(facts, { rules: [reachAdministrator, reachStrongerRole] });
  return { findings, reach: reachTableOf([facts]) };
};
const drawn = (report: ReturnType<typeof reportOf>): string =>
  waysDrawing(report as unknown as Parameters<typeof waysDrawing>[0]).markup;

test('each finding has the chain that its evidence tells, with the level of the role', () => {
  const report = reportOf([
    { who: 'group:devs', in: 'ci', rules: ['create pods/exec'] },
    { who: 'sa:ci/runner', in: 'checkout', rules: ['create pods'] },
  ]);
  const ways = toldWaysOf(report);
  expect(ways.map(({ finding, level }) => [finding.data.who, level])).toEqual([
    ['group devs', 'administrator'],
    ['service account ci/runner', 'administrator'],
  ]);
  for (const { finding, steps } of ways)
    expect(steps.map(({ from, says }, at) => `step ${at + 1}: ${from} ${says}`)).toEqual(
      finding.evidence.map(({ what }) => what),
    );
});

test('of two clusters with the same names each finding has the way of its own, and the level stands at its end', () => {
  const shop = worldOf([{ who: 'group:devs', in: 'checkout', rules: ['create pods'] }]);
  const other = reachCluster(rbacWith([{ who: 'group:devs', in: 'checkout', rules: ['create pods/exec'] }]));
  const cluster = { ...other.cluster, name: 'depot', arn: other.cluster.arn.replace('shop', 'depot') };
  const facts = {
    ...shop,
    snapshot: {
      ...shop.snapshot,
      regions: [...shop.snapshot.regions, { region: 'eu-west-1', clusters: complete([{ ...other, cluster }]) }],
    },
  };
  const { findings } = evaluate(facts, { rules: [reachAdministrator] });
  const report = { findings, reach: reachTableOf([facts]) };
  const ways = toldWaysOf(report);
  expect(ways.length).toBeGreaterThan(1);
  for (const { finding, steps } of ways)
    expect(steps.map(({ from, says }, at) => `step ${at + 1}: ${from} ${says}`)).toEqual(
      finding.evidence.map(({ what }) => what),
    );
  const drawnWays = drawn(report).split('<ol').slice(1);
  expect(drawnWays.map(way => /cluster (\w+)</.exec(way)?.[1])).toEqual(ways.map(({ finding }) => finding.clusterName));
  for (const way of drawnWays) expect(way.match(/administrator<\/span><\/li><\/ol>/g)).toHaveLength(1);
});

test('a way to a stronger role is drawn with that level, and not as an administrator', () => {
  const report = reportOf([{ who: 'sa:ci/runner', in: 'checkout', rules: ['create pods'] }], changesData);
  expect(toldWaysOf(report).map(({ level }) => level)).toEqual(['changes-data']);
  expect(drawn(report)).toContain('<span class="chip">changes data</span>');
  expect(drawn(report)).not.toContain('badge critical');
});

test('names that were read are text, and nothing is drawn without a way, a table, or under a waiver', () => {
  const report = reportOf([{ who: 'group:<img src=x>', in: 'checkout', rules: ['create pods'] }]);
  expect(drawn(report)).toContain('group &#60;img src=x&#62;');
  expect(drawn(report)).not.toContain('<img');
  const { reach: _, ...bare } = report;
  expect(toldWaysOf(bare)).toEqual([]);
  expect(drawn(reportOf([]))).toBe('');
  const waiver = { reason: 'known', owner: 'me', expires: '2027-01-01' };
  expect(toldWaysOf({ ...report, findings: report.findings.map(each => ({ ...each, waiver })) })).toEqual([]);
});

test.each([
  [12, undefined],
  [13, 'And 1 more way: see the findings.'],
  [14, 'And 2 more ways: see the findings.'],
])('of %i ways twelve are drawn, and the others counted', (length, others) => {
  const bound = Array.from(
    { length },
    (_, at): Bound => ({ who: `group:team-${at}`, in: 'checkout', rules: ['create pods'] }),
  );
  const markup = drawn(reportOf(bound));
  expect(markup.match(/<ol class="way"/g)).toHaveLength(12);
  expect(/And \d+ more[^<]*/.exec(markup)?.[0]).toBe(others);
});
