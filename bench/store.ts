/**
 * The cost of a run of 1,000 findings and 2,000 watched facts in the table: first, unchanged, and with one in ten changed.
 * `node bench/store.ts` prints one JSON line a step: milliseconds, and requests by operation. On dynalite, in this process:
 * times compare versions of the store, they do not predict AWS.
 */

import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { reconcile } from '../lib/history/reconcile.ts';
import type { Finding } from '../lib/model.ts';
import type { Evaluation } from '../lib/rules/evaluate/evaluation.ts';
import { findingId } from '../lib/rules/evaluate/finding-id.ts';
import { dynamodbClient } from '../lib/store/clients.ts';
import { dynamodbFindingStore } from '../lib/store/dynamodb-finding-store.ts';
import { createTable } from '../sandbox/create-table.ts';

const dynalite: (options: { readonly createTableMs: number }) => Server = createRequire(import.meta.url)('dynalite');
const accountId = '111122223333';
const size = { findings: 1000, facts: 2000 };
const roleOf = (n: number): string => `arn:aws:iam::${accountId}:role/role-${n}`;

const aFinding = (n: number, message: string): Finding => ({
  id: findingId('trust-any-subject', roleOf(n), ''),
  ruleId: 'trust-any-subject',
  subject: roleOf(n),
  discriminator: '',
  impact: 'exposes',
  severity: 'high',
  messageId: 'any',
  data: { message },
  brief: 'any service account',
  message,
  evidence: [{ what: 'condition on :sub', got: 'none', wanted: 'a subject', readFrom: 'iam:ListRoles' }],
  fix: { summary: 'Name the service account.', commands: [`aws iam get-role --role-name role-${n}`] },
  explains: [],
  accountId,
  clusterName: 'shop',
  roleArn: roleOf(n),
});

/** Every tenth finding and fact differs between `round` 0 and 1. */
const anEvaluation = (round: number): Evaluation => {
  const textOf = (n: number) => (n % 10 === 0 ? `text ${round}` : 'text');
  return {
    accountId,
    at: '2026-11-01T06:00:00.000Z',
    findings: Array.from({ length: size.findings }, (_, n) => aFinding(n, textOf(n))),
    undecided: [],
    outcomes: {},
    rulesRun: ['trust-any-subject'],
    closedScopes: [`arn:aws:iam::${accountId}:role/`],
    openScopes: [],
    subjects: Array.from({ length: size.facts }, (_, n) => roleOf(n)),
    gaps: [],
    missed: [],
    watched: Array.from({ length: size.facts }, (_, n) => ({
      kind: 'role-trust-policy',
      subject: roleOf(n),
      accountId,
      value: textOf(n),
    })),
    counts: { clusters: 1, providers: 1, roles: size.facts, irsaRoles: size.facts, serviceAccounts: 0, pods: 0 },
  };
};

const server = dynalite({ createTableMs: 0 });
await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const client = dynamodbClient({
  region: 'eu-west-1',
  endpoint: `http://127.0.0.1:${port}`,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});
let requests: Record<string, number> = {};
client.middlewareStack.add(
  (next, context) => args => {
    const name = context.commandName ?? 'unknown';
    requests[name] = (requests[name] ?? 0) + 1;
    return next(args);
  },
  { step: 'initialize' },
);
await createTable(client, 'findings');
const store = dynamodbFindingStore({
  client,
  tableName: 'findings',
  retention: { resolvedDays: 90, historyDays: 400 },
});

const measured = async (step: string, work: () => Promise<unknown>): Promise<void> => {
  requests = {};
  const start = performance.now();
  await work();
  console.log(JSON.stringify({ step, milliseconds: Math.round(performance.now() - start), requests }));
};

const audit = async (evaluation: Evaluation, day: number): Promise<void> => {
  const run = { runId: `run-${day}`, at: `2026-11-0${day}T06:00:00.000Z` };
  const known = await store.load(accountId);
  const basis = known.confirmedAt === undefined ? {} : { basis: known.confirmedAt };
  await store.apply({ accountId, ...run, coverage: [], ...basis, ...reconcile(known, evaluation, run) }, run.at);
};

await measured('first run', () => audit(anEvaluation(0), 1));
await measured('unchanged run', () => audit(anEvaluation(0), 2));
await measured('one in ten changed', () => audit(anEvaluation(1), 3));
await measured('what is unsent', () => store.pending());
await measured('mark it sent', async () => {
  const keys = (await store.pending()).map(({ key }) => key);
  await store.markSent('digest', keys, '2026-11-03T06:00:00.000Z');
});
await measured('open findings, a page of 50', () => store.list({ status: 'open' }, { limit: 50 }));
client.destroy();
server.close();
