/** `fix --table` over the first world of the sandbox: the plan of what a table holds is that of a report with the same findings. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Finding } from '../../../lib/model/finding.ts';
import { isAct } from '../../../lib/model/step.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import type { RunReport } from '../../../lib/report/run-report.ts';
import { dynamodbFindingStore } from '../../../lib/store/dynamodb-finding-store.ts';
import { data } from '../../../sandbox/world/scenarios/first-audit.ts';
import { runCommand } from '../../support/captured-io.ts';
import { anEvaluation, aRoleFinding, aRun } from '../../support/drift-builders.ts';
import { type Store, write } from '../../support/finding-store-laws.ts';
import { useFirstWorld } from '../../support/first-world.ts';
import { type LocalTable, startLocalTable } from '../../support/local-table.ts';

const sandbox = useFirstWorld();
let table: LocalTable;
let store: Store;
let report: RunReport;
const now = '2026-11-06T06:00:00.000Z';

const run = (...args: readonly string[]) => {
  const env = Object.fromEntries(Object.entries(process.env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
  return runCommand([...args, '--region', 'eu-west-1', ...sandbox.connected()], { cwd: sandbox.folder, env, now });
};
const fixOf = async (...args: readonly string[]) => {
  const { stdout, stderr, code } = await run('fix', '--json', ...args);
  return { plan: stdout === '' ? undefined : (JSON.parse(stdout) as Plan), stderr, code };
};

/** What the table holds: more than a page of what has no step before what is to be fixed. */
const isFixable = ({ fix }: Finding): boolean => (fix.steps ?? []).some(isAct);
const own = { accountId: data } as const;
const withoutStep = (name: string): Finding => ({
  ...aRoleFinding(name, { ...own, severity: 'critical' }),
  ...{ subject: `arn:aws:iam::${data}:role/${name}`, fix: { summary: 'Look.', steps: [], commands: [] } },
});
const gone = { ...withoutStep('gone'), fix: aRoleFinding('gone').fix };
const fillers = Array.from({ length: 101 }, (_, index) => withoutStep(`filler-${index}`));

beforeAll(async () => {
  sandbox.become(data);
  table = await startLocalTable();
  const { hostname, port } = (await table.client.config.endpoint?.()) ?? { hostname: '', port: 0 };
  process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://${hostname}:${port}`;
  store = dynamodbFindingStore({
    client: table.client,
    tableName: table.tableName,
    retention: { resolvedDays: 1, historyDays: 1 },
  });
  report = JSON.parse((await run('scan', '--json')).stdout) as RunReport;
  writeFileSync(join(sandbox.folder, 'report.json'), JSON.stringify(report));
  const findings = [...fillers, gone, ...report.findings];
  await write(store, anEvaluation({ ...own, findings }), 1);
}, 120_000);
afterAll(() => table.stop());

test('it is the plan of a report of the same findings, and says how old they are', async () => {
  const ofReport = await fixOf('--input', 'report.json');
  expect(report.findings.filter(isFixable).length).toBeGreaterThan(0);
  expect(ofReport.plan?.steps.length).toBeGreaterThan(0);
  const unrecorded = await fixOf('--table', table.tableName);
  expect(unrecorded.stderr.split('\n')[0]).toBe(
    'findings-1: findings of no run that is on record. They say what is meant; each step is made from an audit of now.',
  );
  await store.recordRun({
    ...{ runId: 'run-1', startedAt: aRun(1).at, endedAt: '2026-11-04T06:00:00.000Z', accounts: 1, failedAccounts: [] },
    ...{ gaps: [], gapCount: 0, openBySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 }, transitions: 1 },
    ...{ sent: true, apiCalls: {} },
  });
  const ofTable = await fixOf('--table', table.tableName);
  expect(ofTable.stderr.split('\n')[0]).toBe(
    'findings-1: findings of the run that ended 2 days ago (2026-11-04T06:00:00.000Z). They say what is meant; each step is made from an audit of now.',
  );
  expect([unrecorded.plan, ofTable.plan, ofTable.code]).toEqual([ofReport.plan, ofReport.plan, ofReport.code]);
}, 120_000);

test('of one finding it is for that one, by the beginning of its id', async () => {
  const [one] = (await fixOf('--table', table.tableName)).plan?.fixed ?? [];
  const { plan, code } = await fixOf(one?.id.slice(0, 12) ?? '', '--table', table.tableName);
  expect([plan?.fixed.map(({ id }) => id), code]).toEqual([[one?.id], 1]);
  const ofRule = await fixOf('--table', table.tableName, '--rule', one?.ruleId ?? '');
  expect(new Set(ofRule.plan?.fixed.map(({ ruleId }) => ruleId))).toEqual(new Set([one?.ruleId]));
}, 120_000);

test('what is gone since is nothing to do, what an audit of now cannot see stops it, and no other id is known', async () => {
  const { plan, stderr, code } = await fixOf(gone.id, '--table', table.tableName);
  expect([plan, code]).toEqual([expect.objectContaining({ steps: [], fixed: [], left: [] }), 0]);
  expect(stderr).toContain(`finding ${gone.id}: nothing to do, a scan of now does not find it (it is of findings-1)\n`);
  const unknown = await fixOf('0'.repeat(32), '--table', table.tableName);
  expect([unknown.stderr, unknown.code]).toEqual([
    `irsa-auditor: finding ${'0'.repeat(32)} not found in findings-1\n`,
    2,
  ]);
  const elsewhere = aRoleFinding('elsewhere');
  await write(store, anEvaluation({ findings: [elsewhere] }), 2);
  const { stderr: stopped, code: third } = await fixOf('--table', table.tableName);
  expect([stopped, third]).toEqual([
    expect.stringMatching(
      `irsa-auditor: no step is made: finding ${elsewhere.id} could not be confirmed by an audit of now, which is not of account 111122223333. Nothing was written.\n$`,
    ),
    3,
  ]);
}, 120_000);
