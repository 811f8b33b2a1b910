import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { type Sandbox, type SandboxRun, startSandbox } from '../../sandbox/start-sandbox.ts';
import { fleetServers, member, own, twoAccounts, twoRegions } from '../../sandbox/world/scenarios/two-accounts.ts';

/** The synthesized workflow over a world in which nothing may be read: an auditor that sees nothing is loud. */
let sandbox: Sandbox;
let number = 0;
beforeAll(async () => {
  sandbox = await startSandbox({ issuers: fleetServers(), world: twoAccounts, regions: twoRegions });
});
afterEach(() => {
  sandbox.world.faults.length = 0;
});
afterAll(() => sandbox.stop());

const run = async (): Promise<SandboxRun> => {
  number += 1;
  return sandbox.run(`run-${number}`);
};
const recordOf = async (runId: string) => {
  const retention = { resolvedDays: 1, historyDays: 1 };
  const tableName = 'irsa-auditor-findings';
  const store = dynamodbFindingStore({ client: sandbox.services.dynamodb, tableName, retention });
  const { items } = await store.runs({ limit: 50 });
  return items.find(each => each.runId === runId);
};
const denyAll = (...operations: readonly string[]): void => {
  sandbox.world.faults.push(...operations.map(operation => ({ operation, kind: 'deny' as const })));
};
interface Sent {
  readonly coverage?: {
    readonly notices: readonly {
      readonly kind: string;
      readonly accountId: string;
      readonly what: string;
      readonly reason: { readonly permission?: string };
    }[];
  };
}
const told = (messages: readonly { readonly document: string }[]): readonly string[] =>
  messages
    .flatMap(({ document }) => (JSON.parse(document) as Sent).coverage?.notices ?? [])
    .map(({ kind, accountId, what, reason }) => `${kind} ${accountId} ${what}: ${reason.permission}`)
    .sort();

test('a run that may read nothing fails, leaves a record that says so, and tells which permissions are missing, once', async () => {
  await run();
  denyAll('sts:AssumeRole', 'iam:ListRoles', 'iam:ListOpenIDConnectProviders', 'eks:ListClusters');
  const before = sandbox.sent.length;
  await expect(run()).rejects.toThrow('NothingRead');
  const blind = sandbox.sent.slice(before);
  expect(await recordOf('run-2')).toMatchObject({
    accounts: 2,
    failedAccounts: [own, member].sort(),
    failure: { error: 'NothingRead', message: expect.stringContaining('nothing of any AWS account could be read') },
  });
  expect(told(blind)).toEqual(
    [
      `fell ${own} OIDC providers: iam:ListOpenIDConnectProviders`,
      `fell ${own} roles: iam:ListRoles`,
      `fell ${own} clusters: eks:ListClusters`,
      `fell ${own} clusters: eks:ListClusters`,
      `fell ${member} the whole AWS account: sts:AssumeRole on arn:aws:iam::${member}:role/irsa-auditor-read`,
    ].sort(),
  );
  const [{ text = '', subject = '' } = {}] = blind;
  expect(subject).toMatch(/^\[blind\] irsa-auditor: 5 not read$/);
  expect(text.replace(/\s+/g, ' ')).toContain(`Grant iam:ListRoles.`);
  await expect(run()).rejects.toThrow('NothingRead');
  expect(told(sandbox.sent.slice(before + blind.length))).toEqual([]);
  sandbox.world.faults.length = 0;
  const well = await run();
  expect(told(well.messages)).toEqual(told(blind).map(line => line.replace('fell', 'returned')));
  expect(well.result.completed).toMatchObject({ failedAccounts: 0, complete: true, readNothing: false });
  expect((await run()).messages).toEqual([]);
});

test.each([
  [
    'AssumeRole into one account',
    'sts:AssumeRole',
    { resource: member },
    { failedAccounts: 1, orphanRulesSuspended: true },
  ],
  [
    'one region',
    'eks:ListClusters',
    { accountId: own, region: 'eu-central-1' },
    { failedAccounts: 0, orphanRulesSuspended: true },
  ],
  ['one cluster', 'eks:DescribeCluster', { resource: 'lost' }, { failedAccounts: 0, orphanRulesSuspended: true }],
  [
    'one provider',
    'iam:GetOpenIDConnectProvider',
    { resource: 'B2B2' },
    { failedAccounts: 0, orphanRulesSuspended: false },
  ],
])('%s that may not be read is told, and the run goes on', async (_title, operation, where, completed) => {
  sandbox.world.faults.push({ operation, kind: 'deny', ...where });
  const blind = await run();
  const fell = told(blind.messages).filter(line => line.startsWith('fell'));
  expect(fell).toContainEqual(expect.stringContaining(operation));
  expect(fell.filter(line => !line.includes(operation))).toEqual([]);
  expect(blind.result.completed).toMatchObject({ ...completed, readNothing: false, complete: false });
});
