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
import { anIssuer } from '../support/example-world.ts';

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
/** Requests by step: of the bucket with the document's kind, of the table with the collection that is asked. */
let requests: Map<string, number>;
let step: StepName;
const note = (name: string): void => {
  requests.set(`${step}: ${name}`, (requests.get(`${step}: ${name}`) ?? 0) + 1);
};
let calls: Readonly<Record<string, number>>;
const choices = someChoices();

const clientsOf = () => awsClients({ region, endpoint: aws.url, credentials: sandboxCredentials(own) });

/** A key without the run and the account that it names. */
const kindOf = (key: string): string =>
  key
    .replace(/^runs\/run-\d\//, '')
    .replace(/\/(\d{12}|\d{2})\.json$/, '/*')
    .replace(/\.json$/, '');

/** The collection or index that a request of the table names. */
const asked = /"(account#|accounts|runs|running|sending|unsent)/;

/** One invocation of a step: its own clients and its own view of the bucket. */
const invoke = async <T>(name: StepName, work: (own: AuditPorts) => Promise<T>): Promise<T> => {
  step = name;
  const { documents } = ports;
  const noting: AuditPorts['documents'] = {
    get: key => {
      note(`get ${kindOf(key)}`);
      return documents.get(key);
    },
    put: (key, document) => {
      note(`put ${kindOf(key)}`);
      return documents.put(key, document);
    },
    list: prefix => {
      note(`list ${prefix}`);
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
  const table = memoryTable(async (operation, perform, _error, input) => {
    note(`${operation} ${asked.exec(JSON.stringify(input))?.[1]}`);
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
  const before = aws.calls();
  await run(2);
  calls = Object.fromEntries(Object.entries(aws.calls()).map(([name, all]) => [name, all - (before[name] ?? 0)]));
});

/** The least of a run over fifty accounts in which nothing has changed, with the reason for each. A step is an invocation of
 *  its own and knows what stands in the bucket and the table, and nothing else. */
const least: readonly (readonly [request: string, times: number, reason: string])[] = [
  ['list-targets: UpdateItem running', 1, 'one run goes on at a time'],
  [
    'list-targets: put targets/*',
    count,
    'collecting an account reads a hundredth of the targets: here one account each',
  ],
  ['list-targets: put targets', 1, 'which accounts, for a run that fails'],
  ['collect-account: get targets/*', count, 'role and regions'],
  ['collect-account: get listed/*', count, 'what a second look is for; written only where it is another'],
  ['collect-account: put accounts/*', count, 'the snapshot'],
  ['collect-account: put shares/*', count, 'what the fleet needs of it: a hundredth of the snapshot'],
  ['index-issuers: get shares/*', count, 'who has which issuer'],
  ['index-issuers: get targets', 1, 'the organization of the accounts'],
  ['index-issuers: put related/*', count, 'what of others concerns an account: here each, by the name of a cluster'],
  ['index-issuers: put wanted-issuers', 1, 'the issuers to probe'],
  ['index-issuers: put index', 1, 'what every evaluation needs of the fleet'],
  ['index-issuers: get runs/last-read', 1, 'no older run takes the place of a newer one'],
  ['index-issuers: put runs/last-read', 1, 'what fast runs are compared with'],
  ['probe-issuers: get wanted-issuers', 1, 'the issuers to probe'],
  ['probe-issuers: get runs/waiting-issuers', 1, 'those that the last run had no time for come first'],
  ['probe-issuers: put issuers/*', count, 'the issuers of one account, so that nobody reads those of all'],
  ['probe-issuers: put issuers', 1, 'that it was probed'],
  ['evaluate-account: get accounts/*', count, 'the snapshot'],
  ['evaluate-account: get index', count, 'the fleet'],
  ['evaluate-account: get related/*', count, 'what of others concerns it'],
  ['evaluate-account: get issuers/*', count, 'its issuers'],
  ['evaluate-account: get issuers', count, 'whether anything was probed'],
  ['evaluate-account: GetItem account#', count, 'the watermark, before the rest: a query is no snapshot'],
  ['evaluate-account: Query account#', count, 'all that is known of the account'],
  ['evaluate-account: get plans/*', count, 'whether an earlier attempt of the step was cut off while it wrote'],
  ['evaluate-account: UpdateItem account#', count, 'confirmed'],
  ['evaluate-account: put evaluations/*', count, 'for the page'],
  ['evaluate-account: put summaries/*', count, 'for the last two steps, small'],
  ['notify-drift: UpdateItem sending', 1, 'one invocation sends at a time'],
  ['notify-drift: get notification', 2, 'what an earlier attempt has sent, and what another invocation has meanwhile'],
  [
    'notify-drift: get outbox/.in-flight',
    2,
    'a digest that somebody had begun to hand over; after the right is given back, what was handed over meanwhile',
  ],
  ['notify-drift: get coverage/state', 1, 'what people know of coverage'],
  ['notify-drift: get summaries/*', count, 'what is new, and what was not read'],
  ['notify-drift: get coverage/first-audits', 1, 'which runs were told as a whole'],
  ['notify-drift: Query unsent', 1, 'what any run has left to be sent'],
  ['notify-drift: put coverage/state', 1, 'the run that coverage is known of'],
  ['notify-drift: get outbox/list', 1, 'what waits for the one destination'],
  ['notify-drift: list outbox/', 1, 'what waits for destinations that are gone'],
  ['notify-drift: put notification', 1, 'what was sent'],
  ['notify-drift: DeleteItem sending', 1, 'the right to send is given back'],
  ['complete-run: get summaries/*', count, 'the sums of the record'],
  ['complete-run: get notification', 1, 'whether anything was sent'],
  ['complete-run: get targets', 1, 'calls of the first step'],
  ['complete-run: get issuers', 1, 'calls of the probe'],
  ['complete-run: get index', 1, 'whether orphans could be judged'],
  ['complete-run: Query accounts', 1, 'which accounts are no longer audited'],
  ['complete-run: BatchWriteItem runs', 1, 'the record'],
  ['complete-run: Query runs', 1, 'the trend'],
  ['complete-run: put status', 2, 'before the page is drawn, which may take all the time, and after it'],
  ['complete-run: get evaluations/*', count, 'the page'],
  ['complete-run: get accounts/*', count, 'the drawing: of a fleet that is small enough to be drawn'],
  ['complete-run: get issuers/*', count, 'the drawing'],
  ['complete-run: DeleteItem running', 1, 'the run is over'],
];

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

  test('of the bucket and the table: each request has a reason, and there is no other', () => {
    expect(Object.fromEntries([...requests].sort())).toEqual(
      Object.fromEntries(least.map(([name, times]) => [name, times] as const).sort()),
    );
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
