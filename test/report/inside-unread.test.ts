import { describe, expect, test } from '@jest/globals';
import { runNotes } from '../../lib/audit/steps/summary-notes.ts';
import type { ReadFailure, SectionId, Unread } from '../../lib/model.ts';
import { coverageNewsLines } from '../../lib/report/digest/coverage-lines.ts';
import { coverageSection } from '../../lib/report/html/coverage-section.ts';
import { coverageLines } from '../../lib/report/overview/coverage.ts';
import { insideSentence } from '../../lib/report/summary.ts';
import { aReport } from './sample-report.ts';

const unknownCaller: ReadFailure = {
  kind: 'denied',
  operation: 'list pods',
  permission: 'a credential that the cluster knows',
  message: '401: Unauthorized',
};
const noRight: ReadFailure = {
  kind: 'denied',
  operation: 'list pods',
  permission: 'list pods in the API group ""',
  message: '403: no',
};
const noRoute: ReadFailure = { kind: 'timed-out', operation: 'get /version', message: 'no complete answer' };
const noAction: ReadFailure = {
  kind: 'denied',
  operation: 'eks:ListPodIdentityAssociations',
  permission: 'eks:ListPodIdentityAssociations',
  message: 'AccessDenied',
};
const gap = (clusterName: string, section: SectionId, reason: ReadFailure): Unread => ({
  ...{ accountId: '111122223333', region: 'eu-west-1', clusterName, section, reason },
});
/** `shop` refuses everything, `bank` two lists, `till` cannot be reached; `depot` was read but for what EKS itself knows. */
const gaps: readonly Unread[] = [
  gap('shop', 'inside', unknownCaller),
  gap('bank', 'pods', noRight),
  gap('bank', 'namespaces', noRight),
  gap('till', 'inside', noRoute),
  gap('depot', 'pod-identity', noAction),
];
const sentence = 'Inside 3 clusters not everything was read; 2 of them refused the auditor: ';

describe('clusters whose inside was not read are counted, with the one command that gives access', () => {
  test('each cluster once; of those that refused the auditor the command is told', () => {
    expect(insideSentence(gaps)).toEqual([
      `${sentence}irsa-auditor init cluster gives it access, with --all to every one.`,
    ]);
    expect(insideSentence(gaps.slice(3))).toEqual(['Inside 1 cluster not everything was read.']);
    expect(insideSentence(gaps.slice(0, 1))).toEqual([
      'Inside 1 cluster not everything was read; it refused the auditor: irsa-auditor init cluster gives it access, with --all to every one.',
    ]);
    expect(insideSentence(gaps.slice(4))).toEqual([]);
    const elsewhere = { ...gap('shop', 'inside', unknownCaller), region: 'eu-central-1' };
    expect(insideSentence([...gaps, elsewhere])[0]).toContain('Inside 4 clusters');
  });

  test('in the terminal and on the page', () => {
    const report = aReport({ gaps });
    const lines = coverageLines(report, undefined, { colour: false, width: 300 });
    expect(lines.filter(line => line.includes(sentence))).toHaveLength(1);
    expect(coverageSection(report).markup).toContain(sentence);
    const healthy = aReport({ gaps: [] });
    expect(coverageLines(healthy, undefined, { colour: false, width: 300 }).join('\n')).not.toContain('init cluster');
    expect(coverageSection(healthy).markup).not.toContain('init cluster');
  });

  test('in the weekly summary: from the gaps that the record of the last run has', () => {
    const at = '2026-11-08T06:00:00.000Z';
    const record = {
      ...{ runId: 'run-1', startedAt: at, endedAt: at, accounts: 1, gaps, gapCount: gaps.length, failedAccounts: [] },
      openBySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
      ...{ transitions: 0, sent: true, apiCalls: {} },
    };
    expect(runNotes(record, at)).toEqual([
      `${sentence}irsa-auditor init cluster gives it access, with --all to every one.`,
    ]);
    expect(runNotes({ ...record, gapCount: 200 }, at)).toEqual([
      'Inside at least 3 clusters not everything was read; 2 of them refused the auditor: irsa-auditor init cluster gives it access, with --all to every one.',
    ]);
  });

  test('in the message about coverage that fell', () => {
    const fellIn = (one: Unread) =>
      coverageNewsLines({
        notices: [{ ...one, whole: true, failures: 1, kind: 'fell', at: 'a', since: 'a', comesAndGoes: false }],
        beyond: 0,
      })[0]?.fix;
    expect(fellIn(gap('shop', 'inside', unknownCaller))).toBe(
      'Grant a credential that the cluster knows: irsa-auditor init cluster --all.',
    );
    expect(fellIn(gap('bank', 'pods', noRight))).toBe(
      'Grant list pods in the API group "": irsa-auditor init cluster --all.',
    );
    expect(fellIn(gap('till', 'inside', noRoute))).toBeUndefined();
    expect(fellIn(gap('depot', 'pod-identity', noAction))).toBe('Grant eks:ListPodIdentityAssociations.');
  });
});
