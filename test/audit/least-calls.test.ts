import { beforeAll, describe, expect, test } from '@jest/globals';
import type { StepName } from '../../lib/audit/contract.ts';
import type { AuditPorts } from '../../lib/audit/ports.ts';
import { beginRun } from '../../lib/audit/steps/begin-run.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { completeRun } from '../../lib/audit/steps/complete-run.ts';
import { evaluateAccount } from '../../lib/audit/steps/evaluate-account.ts';
import { indexIssuers } from '../../lib/audit/steps/index-issuers.ts';
import { notifyDrift } from '../../lib/audit/steps/notify-drift.ts';
import { probeIssuers } from '../../lib/audit/steps/probe-issuers.ts';
import { awsAccountReader } from '../../lib/collect/aws-account-reader.ts';
import { awsClients } from '../../lib/collect/clients.ts';
import { eksClusterReader } from '../../lib/collect/kubernetes/eks-cluster-reader.ts';
import { awsTargetSource } from '../../lib/collect/targets/aws-target-source.ts';
import { anIssuer } from '../../lib/core/rules/example-world.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { sandboxCredentials } from '../../sandbox/aws/credentials.ts';
import { type SandboxAws, startAws } from '../../sandbox/aws/start-aws.ts';
import { memoryTable } from '../faults/table/memory-table.ts';
import { portsOver, someChoices } from '../support/audit-ports.ts';
import {
  aWorld,
  aWorldAccount,
  aWorldCluster,
  aWorldProvider,
  aWorldRole,
  irsaTrust,
  memberTrust,
  region,
} from '../support/aws-world.ts';

/** A run over fifty accounts in which nothing has changed: what it asks of AWS, the bucket and the table, against the least
 *  that the same reading takes. */
const count = 50;
const externalId = 'irsa-auditor';
const accountIds = Array.from({ length: count }, (_, index) => String(100_000_000_000 + index));
const [own = ''] = accountIds;
const issuerOf = (index: number) => `https://oidc.eks.eu-west-1.amazonaws.com/id/${String(index).padStart(32, 'A')}`;
const clustersEach = 2;
const rolesEach = 5;

const account = (accountId: string, index: number) => {
  const issuer = issuerOf(index);
  return aWorldAccount({
    accountId,
    providers: [aWorldProvider({ url: issuer.slice('https://'.length) })],
    clusters: Array.from({ length: clustersEach }, (_, number) =>
      aWorldCluster({ name: `c-${number}`, ...(number === 0 ? { issuer } : { issuer: `${issuer.slice(0, -1)}F` }) }),
    ),
    roles: [
      aWorldRole({ name: 'irsa-auditor-read', trustPolicy: memberTrust(own, externalId) }),
      ...Array.from({ length: rolesEach }, (_, role) =>
        aWorldRole({
          name: `app-${role}`,
          trustPolicy: irsaTrust(accountId, `system:serviceaccount:app:a-${role}`, issuer),
        }),
      ),
    ],
  });
};

let aws: SandboxAws;
let ports: AuditPorts;
/** Requests of the bucket by step: all, and those that differ. */
let requests: Map<StepName, { all: number; distinct: number }>;
let tableRequests: Map<string, number>;
let calls: Readonly<Record<string, number>>;
const choices = someChoices();

const clientsOf = () => awsClients({ region, endpoint: aws.url, credentials: sandboxCredentials(own) });

/** One invocation of a step: its own clients and its own view of the bucket. */
const invoke = async <T>(step: StepName, work: (own: AuditPorts) => Promise<T>): Promise<T> => {
  const asked: string[] = [];
  const { documents } = ports;
  const noting: AuditPorts['documents'] = {
    get: key => {
      asked.push(`get ${key}`);
      return documents.get(key);
    },
    put: (key, document) => {
      asked.push(`put ${key}`);
      return documents.put(key, document);
    },
    list: prefix => {
      asked.push(`list ${prefix}`);
      return documents.list(prefix);
    },
  };
  const clients = clientsOf();
  const memberRole = { name: 'irsa-auditor-read', externalId };
  try {
    return await work({
      ...ports,
      documents: noting,
      targets: awsTargetSource(clients, { from: 'list', accountIds }, { regions: [region], memberRole }),
      accounts: awsAccountReader(clients, {}),
    });
  } finally {
    clients.close();
    const { all, distinct } = requests.get(step) ?? { all: 0, distinct: 0 };
    requests.set(step, { all: all + asked.length, distinct: distinct + new Set(asked).size });
  }
};

const run = async (number: number): Promise<void> => {
  const start = { runId: `run-${number}`, startedAt: `2026-11-25T0${number}:00:00.000Z` };
  const state = await invoke('list-targets', each => beginRun(each, start));
  if (!('accounts' in state)) throw new Error('skipped');
  for (const accountId of state.accounts)
    await invoke('collect-account', each => collectAccount(each, choices, { ...start, accountId }));
  await invoke('index-issuers', each => indexIssuers(each, choices, state));
  await invoke('probe-issuers', each => probeIssuers(each, state));
  for (const accountId of state.accounts)
    await invoke('evaluate-account', each => evaluateAccount(each, choices, { ...start, accountId }));
  await invoke('notify-drift', each => notifyDrift(each, choices, state));
  await invoke('complete-run', each => completeRun(each, choices, state));
};

beforeAll(async () => {
  aws = await startAws(aWorld({ accounts: accountIds.map(account) }));
  tableRequests = new Map();
  const table = memoryTable(async (operation, perform) => {
    tableRequests.set(operation, (tableRequests.get(operation) ?? 0) + 1);
    return perform();
  }, 1000);
  ports = portsOver(
    {},
    {
      documents: memoryDocumentStore(),
      findings: dynamodbFindingStore({
        client: table.client,
        tableName: 't',
        retention: { resolvedDays: 90, historyDays: 400 },
      }),
      issuers: { read: async urls => Object.fromEntries(urls.map(url => [url, anIssuer({ url })])) },
      pages: { toolVersion: '0', put: async () => undefined },
    },
  );
  requests = new Map();
  await run(1);
  requests = new Map();
  tableRequests.clear();
  const before = aws.calls();
  await run(2);
  calls = Object.fromEntries(Object.entries(aws.calls()).map(([name, all]) => [name, all - (before[name] ?? 0)]));
});

describe('calls ÷ least = 1.00', () => {
  test('of AWS: each account is entered once, each list is read once, each cluster and provider once', () => {
    expect(calls).toEqual({
      'sts:GetCallerIdentity': 1,
      'sts:AssumeRole': count - 1,
      'iam:ListOpenIDConnectProviders': count,
      'iam:GetOpenIDConnectProvider': count,
      'iam:ListRoles': count,
      'eks:ListClusters': count,
      'eks:DescribeCluster': count * clustersEach,
    });
  });

  test('of the bucket: no invocation asks twice for the same', () => {
    const ratios = [...requests].map(([step, { all, distinct }]) => `${step} ${(all / distinct).toFixed(2)}`);
    expect(ratios).toEqual([...requests.keys()].map(step => `${step} 1.00`));
  });

  test('of the table: an account is read in two requests and confirmed by one', () => {
    // The run itself: its claim, its record, accounts that are known, who may send, what is unsent.
    const ofRun = 20;
    const all = [...tableRequests.values()].reduce((sum, number) => sum + number, 0);
    expect(all).toBeLessThanOrEqual(3 * count + ofRun);
    expect(tableRequests.get('UpdateItem')).toBeLessThanOrEqual(count + 4);
  });

  test('the insides of all clusters of an account that one invocation reads take one AssumeRole', async () => {
    const before = aws.calls()['sts:AssumeRole'] ?? 0;
    const clients = clientsOf();
    const [, accountId = ''] = accountIds;
    const reader = eksClusterReader({ clients, now: Date.now, reachWithinMs: 100 });
    const target = {
      ...{ accountId, regions: [region], externalId },
      roleArn: `arn:aws:iam::${accountId}:role/irsa-auditor-read`,
    };
    const snapshot = await awsAccountReader(clientsOf(), {}).read(target, '2026-11-25T01:00:00.000Z');
    const [first] = snapshot.regions;
    const clusters = first?.clusters.status === 'complete' ? first.clusters.value : [];
    expect(clusters).toHaveLength(clustersEach);
    for (const { cluster } of clusters) await reader.read(target, cluster);
    clients.close();
    // One for the account, one for its clusters.
    expect((aws.calls()['sts:AssumeRole'] ?? 0) - before).toBe(2);
    await aws.stop();
  });
});
