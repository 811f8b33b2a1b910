/** `doctor` over the sandbox: what the synthesized stack has, and what the run of the sandbox's world wrote. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CheckLine } from '../../lib/doctor/verdict.ts';
import { type Sandbox, startSandbox } from '../../sandbox/start-sandbox.ts';
import { fleetServers, member, twoAccounts, twoRegions } from '../../sandbox/world/scenarios/two-accounts.ts';
import { runCommand } from '../support/captured-io.ts';
import { type DeployedSandbox, deploySandbox } from '../support/deployed-sandbox.ts';

const reader = 'platform@example.com';
const configuration = {
  roleDetails: true,
  operations: { to: 'email', addresses: [reader] },
  fastLane: { enabled: true },
  weeklySummary: { enabled: true },
};
const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-doctor-'));
const before = { ...process.env };
let sandbox: Sandbox;
let deployed: DeployedSandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ issuers: fleetServers(), world: twoAccounts, regions: twoRegions });
  deployed = await deploySandbox(sandbox, configuration);
  deployed.confirmed.push(reader);
  writeFileSync(join(directory, 'c.json'), JSON.stringify(configuration));
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA111122223333SBOX', AWS_SECRET_ACCESS_KEY: 'x' };
  Object.assign(process.env, { AWS_ENDPOINT_URL: deployed.url, ...keys });
});
afterAll(async () => {
  process.env = before;
  await deployed.stop();
  await sandbox.stop();
  rmSync(directory, { recursive: true, force: true });
});

const doctor = async () => {
  const args = ['doctor', '--config', 'c.json', '--region', 'eu-west-1', '--json'];
  const done = await runCommand(args, { cwd: directory, env: { AWS_ENDPOINT_URL: deployed.url } });
  if (done.stdout === '') throw new Error(done.stderr);
  const { lines } = JSON.parse(done.stdout) as { readonly lines: readonly CheckLine[] };
  return { code: done.code, lines, wrong: lines.filter(({ result }) => result !== 'ok') };
};

test('a deployment that has not run yet has question marks for what only a run can tell', async () => {
  const { code, wrong } = await doctor();
  expect(new Set(wrong.map(({ result }) => result))).toEqual(new Set(['unread']));
  expect(wrong.map(({ check }) => check)).toEqual(['last run', 'coverage', 'member roles', 'permissions', 'fast lane']);
  expect(code).toBe(3);
});

test('a deployment whose run read everything has a tick in every line', async () => {
  await sandbox.run('run-1');
  const { code, lines, wrong } = await doctor();
  expect(wrong).toEqual([]);
  expect(lines.length).toBeGreaterThan(11);
  expect(code).toBe(0);
});

test('each alarm, schedule and queue of the configuration that is gone is a cross with its name and its fix', async () => {
  deployed.gone = /NoRun|SummaryNotSent|FastLane(RunFailed|NotNoted|DeadLetters)|SchedulesWeeklySummary/;
  const { code, wrong } = await doctor();
  deployed.gone = undefined;
  expect(wrong.map(({ check, result, text }) => `${result} ${check}: ${text}`)).toEqual([
    'failed schedule: there is no schedule irsa-auditor-weekly-summary',
    'failed alarms: there is no alarm irsa-auditor-no-run',
    'failed alarms: there is no alarm irsa-auditor-summary-not-sent',
    'failed alarms: there is no alarm irsa-auditor-fast-run-failed',
    'failed alarms: there is no alarm irsa-auditor-change-not-noted',
    'failed dead letters: there is no queue irsa-auditor-fast-lane-dead-letters',
  ]);
  for (const { fix } of wrong) expect(fix).toBe('Deploy again: npx cdk deploy, or irsa-auditor deploy template');
  expect(code).toBe(1);
});

test('what the world refuses, who has not confirmed, what rings, what lies about and what is gone is a cross with its fix', async () => {
  sandbox.world.faults.push(
    { operation: 'sts:AssumeRole', resource: member, kind: 'deny' },
    { operation: 'eks:ListClusters', region: 'eu-central-1', kind: 'deny' },
  );
  await sandbox.run('run-2');
  const { sqs, undeliveredUrl } = sandbox.services;
  await sqs.send(new SendMessageCommand({ QueueUrl: undeliveredUrl, MessageBody: 'x' }));
  deployed.alarms['unread-accounts'] = 'ALARM';
  deployed.confirmed.length = 0;
  deployed.gone = /SchedulesAudit|MonitoringNotStarted|OperationsPolicy/;
  const { code, wrong } = await doctor();
  const said = (check: string) => wrong.filter(line => line.check === check).map(({ text }) => text);
  expect(new Set(wrong.map(({ result }) => result))).toEqual(new Set(['failed']));
  expect(said('schedule')).toEqual(['there is no schedule irsa-auditor']);
  expect(said('coverage')).toEqual([expect.stringContaining('1 AWS account not read at all')]);
  expect(said('member roles')).toEqual([expect.stringContaining(`account ${member}: the role could not be assumed`)]);
  expect(said('permissions').join()).toContain('eks:ListClusters was refused in the last run');
  expect(said('alarms')).toEqual(['there is no alarm irsa-auditor-not-started', 'irsa-auditor-unread-accounts rings']);
  expect(said('alarms publish')).toEqual([expect.stringContaining('does not allow CloudWatch: no alarm arrives')]);
  expect(said('subscriptions')).toEqual([
    `${reader} has not confirmed NotificationsOperationsC73EB9D2: alarms reach nobody there`,
  ]);
  expect(said('dead letters')).toEqual(['1 letter in irsa-auditor-undelivered']);
  for (const { fix } of wrong) expect(fix).toEqual(expect.any(String));
  expect(code).toBe(1);
});
