import { expect, test } from '@jest/globals';
import { knownFromReport, parseRunReport } from '../../../lib/cli/scan/run-report-file.ts';
import type { Facts } from '../../../lib/facts/facts.ts';
import { reconcileWatched } from '../../../lib/history/watched-drift.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import { reportOfRun } from '../../../lib/report/report-of-run.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aProvider, aRole, someFacts } from '../../support/example-world.ts';

const accountId = '111122223333';
const other = aProvider({ issuer: 'https://idp.example.com' });
const before = someFacts();
const run = { runId: 'r', at: before.now };

/** The facts that a run tells as changed or appeared since the report of another one, which was written and read again. */
const changedSince = (earlier: Facts, facts: Facts): readonly string[] => {
  const report = reportOfRun(
    {
      runId: 'earlier',
      startedAt: before.now,
      endedAt: before.now,
      accounts: [{ accountId, regions: [] }],
      evaluations: [evaluate(earlier, { rules: catalog })],
      ...{ transitions: [], factChanges: [], firstSeen: {}, gaps: [], apiCalls: {} },
    },
    '0',
    [],
  );
  const known = knownFromReport(parseRunReport(JSON.stringify(report), 'earlier.json'))[accountId];
  if (!known) throw new Error('the account is known');
  return reconcileWatched(known, evaluate(facts, { rules: catalog }), run).factChanges.map(
    ({ kind, subject, before: was }) => `${kind} ${subject} ${was === undefined ? 'appeared' : 'changed'}`,
  );
};

test('a provider and a role that appear after the baseline are told', () => {
  const role = aRole({ name: 'new', arn: `arn:aws:iam::${accountId}:role/new` });
  const after = someFacts({ providers: complete([aProvider(), other]), roles: complete([aRole(), role]) });
  expect(changedSince(before, after)).toEqual([
    `provider-audiences ${other.arn} appeared`,
    `provider-thumbprints ${other.arn} appeared`,
    `role-trust-policy ${role.arn} appeared`,
  ]);
});

test('what the baseline did not read may have been there all along', () => {
  const denied = { kind: 'denied', operation: 'iam:ListOpenIDConnectProviders', message: 'no' } as const;
  const blind = someFacts({ providers: unavailable(denied) });
  expect(changedSince(blind, someFacts({ providers: complete([aProvider(), other]) }))).toEqual([]);
  const listed = { ...other, detail: unavailable<never>({ ...denied, operation: 'iam:GetOpenIDConnectProvider' }) };
  const half = someFacts({ providers: complete([aProvider(), listed]) });
  expect(changedSince(half, someFacts({ providers: complete([aProvider(), other]) }))).toEqual([]);
});
