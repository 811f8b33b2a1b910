/**
 * One run of the real definition, with the real steps, over a synthetic fleet, and what AWS would have counted of it. The
 * second of two runs is measured: nothing has changed since the first, as between most runs.
 */
import type { BilledCounts } from '../../bin/price/bill.ts';
import { choicesOf } from '../../lib/audit/choices-of.ts';
import { type StepName, stepNames } from '../../lib/audit/contract.ts';
import type { AuditPorts } from '../../lib/audit/ports.ts';
import { parseConfiguration } from '../../lib/config/configuration.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { stepHandlers } from '../../sandbox/step-handlers.ts';
import { runWorkflow } from '../../sandbox/workflow/run-workflow.ts';
import { synthesizedDefinition } from '../../sandbox/workflow/synthesized-definition.ts';
import { countedTable, type TableUnits } from './counted-table.ts';
import { type S3Requests, templateStore, withoutRun } from './template-store.ts';
import { type AccountSize, accountIdOf, insideOf, probedIssuer, snapshotOf } from './world.ts';

/** A fleet, as it is simulated. */
export interface FleetSize extends AccountSize {
  readonly accounts: number;
}

/** The calls that AWS counts of one run. */
export interface RunCounts extends BilledCounts {
  readonly s3: Readonly<S3Requests>;
  readonly dynamodb: Readonly<TableUnits>;
  /** Seconds of CPU of each step in this process, all its calls together. */
  readonly seconds: Readonly<Partial<Record<StepName, number>>>;
}

/** The ports of the steps, over a fleet of which no account is held. */
export const portsOf = (
  size: FleetSize,
  documents: AuditPorts['documents'],
  table: ReturnType<typeof countedTable>,
): AuditPorts => ({
  targets: {
    list: async () =>
      Array.from({ length: size.accounts }, (_, number) => ({
        accountId: accountIdOf(number),
        regions: ['eu-west-1'],
      })),
  },
  accounts: { read: async ({ accountId }) => snapshotOf(accountId, size) },
  ...(size.inCluster
    ? { clusters: { read: async ({ accountId }, { name }) => insideOf(accountId, Number(name.split('-')[1]), size) } }
    : {}),
  issuers: {
    read: async (urls, take) => {
      for (const url of urls) await take?.(probedIssuer(url));
      return {};
    },
  },
  documents,
  findings: dynamodbFindingStore({
    client: table.client,
    tableName: 'findings',
    retention: { resolvedDays: 90, historyDays: 400 },
  }),
  notifiers: [{ name: 'sns', send: async () => 'sent' }],
  pages: { toolVersion: '0', put: async () => undefined },
  now: () => '2026-11-25T06:00:30.000Z',
});

/** The configuration of a simulated audit. */
export const configurationOf = ({ inCluster }: AccountSize) =>
  parseConfiguration(JSON.stringify({ inCluster: { enabled: inCluster } }), 'the simulation');

/** The documents that the steps leave of the first account, as text by key. */
export const templatesOf = async (size: AccountSize): Promise<ReadonlyMap<string, string>> => {
  const store = memoryDocumentStore();
  const templates = new Map<string, string>();
  const documents: AuditPorts['documents'] = {
    ...store,
    put: async (key, document) => {
      templates.set(withoutRun(key), JSON.stringify(document));
      await store.put(key, document);
    },
  };
  const one = { ...size, accounts: 1 };
  const ports = portsOf(one, documents, countedTable());
  await runOf(ports, one, 'template', () => undefined);
  // By then a first run has told everything.
  const summary = [...templates.keys()].find(key => key.startsWith('summaries/'));
  if (summary !== undefined)
    templates.set(summary, JSON.stringify({ ...JSON.parse(templates.get(summary) ?? ''), unsentKeys: [] }));
  for (const key of templates.keys()) if (key.startsWith('plans/')) templates.delete(key);
  return templates;
};

const runOf = async (
  ports: AuditPorts,
  size: FleetSize,
  runId: string,
  count: (step: StepName, seconds: number) => void,
): Promise<number> => {
  const configuration = configurationOf(size);
  const handlers = stepHandlers(ports, choicesOf(configuration));
  const timed = Object.fromEntries(
    stepNames.flatMap(step => {
      const handler = handlers[step];
      return handler === undefined ? [] : [[step, measured(handler, seconds => count(step, seconds))]];
    }),
  );
  let transitions = 0;
  const execution = await runWorkflow(await synthesizedDefinition(configuration), {
    steps: { ...handlers, ...timed },
    runId,
    startedAt: '2026-11-25T06:00:00.000Z',
    onTransition: () => {
      transitions += 1;
    },
  });
  if (execution.status !== 'succeeded') throw new Error(`the run failed: ${execution.error}: ${execution.cause}`);
  return transitions;
};

const measured =
  (handler: (input: unknown) => Promise<unknown>, tell: (seconds: number) => void) =>
  async (input: unknown): Promise<unknown> => {
    const before = process.cpuUsage();
    try {
      return await handler(input);
    } finally {
      const { user, system } = process.cpuUsage(before);
      tell((user + system) / 1e6);
    }
  };

/** Simulates a fleet, and counts its second run. */
export const simulate = async (size: FleetSize): Promise<RunCounts> => {
  const table = countedTable();
  const { documents, requests, bytes } = templateStore(await templatesOf(size), size.accounts);
  const ports = portsOf(size, documents, table);
  await runOf(ports, size, 'run-1', () => undefined);
  Object.assign(table.units, { requests: 0, read: 0, write: 0 });
  Object.assign(requests, { put: 0, get: 0 });
  const invocations: Partial<Record<StepName, number>> = {};
  const seconds: Partial<Record<StepName, number>> = {};
  const states = await runOf(ports, size, 'run-2', (step, cpu) => {
    invocations[step] = (invocations[step] ?? 0) + 1;
    seconds[step] = (seconds[step] ?? 0) + cpu;
  });
  // The execution itself, and one of each item of the two maps over the accounts.
  const executions = 1 + 2 * size.accounts;
  return {
    transitions: states + executions,
    invocations,
    s3: { put: requests.put, get: requests.get },
    dynamodb: { ...table.units },
    bucketBytes: bytes(),
    tableBytes: table.bytes(),
    seconds,
  };
};
