import { describe, expect, test } from '@jest/globals';
import type { FindingQueries, RunRecord } from '../../../lib/audit/ports.ts';
import { causesByScan, causesByTable } from '../../../lib/cli/findings/causes-here.ts';
import { explainMessage } from '../../../lib/explain/explain-message.ts';
import type { KnownFinding } from '../../../lib/history/transition.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { noProvider, otherName } from '../../incidents/worlds.ts';
import { aReport } from '../../report/sample-report.ts';

const open = [otherName(), noProvider()].flatMap(facts => evaluate(facts, { rules: catalog }).findings);

/** A table of these findings, two to a page. */
const tableOf = (findings: typeof open): FindingQueries => ({
  list: async (_, { cursor = '0' }) => {
    const at = Number(cursor);
    const items = findings.slice(at, at + 2).map(finding => ({ finding, status: 'open' }) as KnownFinding);
    return { items, ...(at + 2 < findings.length && { cursor: String(at + 2) }) };
  },
  runs: async () => ({ items: [{ endedAt: '2026-11-01T06:00:00Z' } as RunRecord] }),
  skippedRuns: async () => [],
  show: async () => undefined,
  history: async () => ({ items: [] }),
  names: async () => {
    throw new Error('not asked for');
  },
});
const refused = 'AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity';

describe('a table decides between the causes of a message', () => {
  test('the open findings of its rules are the causes, over all pages', async () => {
    const here = await causesByTable(explainMessage(refused), tableOf(open), {});
    expect(here.verdict).toMatch(
      /^The last run ended at 2026-11-01T06:00:00Z\. .*The likely causes here, the likeliest first:$/,
    );
    expect(here.findings.map(({ ruleId }) => ruleId)).toContain('trust-subject-unknown-service-account');
    expect([here.decided[0]?.state, here.exitCode]).toEqual(['found', 1]);
  });

  test('a finding of the last page counts as one of the first', async () => {
    const of = async (findings: typeof open) =>
      (await causesByTable(explainMessage(refused), tableOf(findings), {})).findings.map(({ id }) => id).toSorted();
    const more = [...open, ...open.map(one => ({ ...one, id: one.id.split('').toReversed().join('') }))];
    expect(more.length).toBeGreaterThan(3);
    expect(await of(more)).toEqual(await of(more.toReversed()));
  });

  test('a name narrows it, from an option or from the text', async () => {
    const other = { serviceAccount: 'checkout/other' };
    const own = async (text: string, names: typeof other | object) =>
      (await causesByTable(explainMessage(text), tableOf(open), names)).findings.filter(
        ({ serviceAccount }) => serviceAccount !== undefined,
      );
    expect(await own(refused, {})).not.toEqual([]);
    expect(await own(refused, other)).toEqual([]);
    expect(await own(`${refused} for system:serviceaccount:checkout:other`, {})).toEqual([]);
  });

  test('without a finding no cause is excluded: a table does not keep what was decided', async () => {
    const here = await causesByTable(explainMessage(refused), tableOf([]), {});
    expect(here.decided.some(({ state }) => state === 'absent' || state === 'found')).toBe(false);
    expect([here.exitCode, here.verdict]).toEqual([3, expect.stringMatching(/\. The table has no open finding/)]);
  });
});

describe('the last scan decides between the causes of a message', () => {
  const named = `${refused} for system:serviceaccount:checkout:cart`;
  const scanOf = (findings: readonly Finding[]) => aReport({ findings: [...findings] });
  const ofName = evaluate(otherName(), { rules: catalog }).findings;

  test('with the findings about the subject of the text, and the age of the scan', () => {
    const here = causesByScan(explainMessage(named), scanOf(ofName));
    expect(here?.verdict).toBe(`The last scan ended at ${aReport().endedAt}. The cause here:`);
    expect([here?.decided[0]?.state, here?.findings[0]?.ruleId]).toEqual([
      'found',
      'trust-subject-unknown-service-account',
    ]);
  });

  test('where the text names nobody, with one cause alone', () => {
    const two = ofName.flatMap(one => [one, { ...one, id: 'f'.repeat(32) }]);
    expect(causesByScan(explainMessage(refused), scanOf(ofName))?.verdict).toMatch(
      /was read\. The likely cause here:$/,
    );
    expect(causesByScan(explainMessage(refused), scanOf(two))).toBeUndefined();
  });

  test.each<[string, string, readonly Finding[]]>([
    ['of other accounts than the text', `${refused} arn:aws:iam::999999999999:role/x`, ofName],
    ['without a finding', named, []],
    ['about others than the text', `${refused} for system:serviceaccount:checkout:other`, ofName],
  ])('never one %s', (_, text, findings) =>
    expect(causesByScan(explainMessage(text), scanOf(findings))).toBeUndefined(),
  );
});
