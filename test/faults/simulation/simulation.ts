/**
 * One auditor on one machine without sockets and without real time: the real steps over a table, a bucket and
 * destinations in memory. The fault of a call is drawn from the seed.
 */
import type { AuditChoices, AuditPorts, FindingQueries, FindingStore } from '../../../lib/audit/ports.ts';
import { unavailable } from '../../../lib/model/collected.ts';
import type { Severity } from '../../../lib/model/finding.ts';
import type { AccountSnapshot } from '../../../lib/model/snapshot.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { dynamodbFindingStore } from '../../../lib/store/dynamodb-finding-store.ts';
import { seenIn } from '../promises/message-counts.ts';
import { type Random, shareOf } from '../random.ts';
import { type Hook, type MemoryTable, memoryTable } from '../table/memory-table.ts';
import { issuerUrls, regionNames } from '../world/names.ts';
import type { Asked } from '../world/read-account.ts';
import {
  failReader,
  readAccountUnder,
  readDetailsUnder,
  readInsideUnder,
  readIssuersUnder,
} from '../world/reading-faults.ts';
import { type Shown, shownSoFar, withVanishing } from '../world/vanishing.ts';
import { type Bucket, bucketOf } from './bucket.ts';
import { type Destinations, destinationsOf } from './destinations.ts';
import { type Clock, type Gate, gateOf, type Invocation } from './gate.ts';
import { type Invocations, invocationsOf } from './invocations.ts';
import type { Run } from './run.ts';

/** The choices of one schedule. */
export interface Options {
  readonly asked: Asked;
  readonly minSeverity: Severity;
  readonly quietHours: boolean;
  readonly retention: { readonly resolvedDays: number; readonly historyDays: number };
  /** Days that the bucket keeps what belongs to runs. */
  readonly snapshotDays: number;
  /** Items of a page of the table. */
  readonly pageSize: number;
}

export interface Simulation extends Clock {
  readonly options: Options;
  readonly choices: AuditChoices;
  readonly table: MemoryTable;
  readonly store: FindingStore & FindingQueries;
  readonly bucket: Bucket;
  readonly destinations: Destinations;
  readonly invocations: Invocations;
  readonly stats: Readonly<Record<string, number>>;
  readonly now: () => string;
  /** A share from 0 to 1, of waits with jitter. */
  readonly share: () => number;
  readonly portsOf: (run: Run) => AuditPorts;
  /** The runs that ever began, by their ids. */
  readonly runs: Map<string, Run>;
  /** The lists of accounts in earlier runs. */
  readonly shown: Shown;
  /** Takes away what time to live and lifecycle rules do. */
  readonly sweep: () => void;
}

const hookOf =
  (random: Random, gate: Gate): Hook =>
  async (operation, perform, sdkError) => {
    const fate = await gate.pass('table', operation);
    const isRead = operation.startsWith('Batch') || operation === 'Query';
    const reset = (message: string, name: string) => Object.assign(new Error(message), { name, code: 'ECONNRESET' });
    switch (fate) {
      case 'throttle':
        throw sdkError(isRead ? 'ProvisionedThroughputExceededException' : 'ThrottlingException');
      case 'error':
        throw random.chance(0.5) ? sdkError('InternalServerError', 500) : reset('read ECONNRESET', 'Error');
      case 'deny':
        throw sdkError('AccessDeniedException');
      case 'lost':
        perform();
        throw reset('socket hang up', 'TimeoutError');
      case 'twice':
        try {
          perform();
        } catch (error) {
          if (!(error instanceof Error && error.name === 'ConditionalCheckFailedException')) throw error;
        }
        return perform();
      case 'die-after':
        perform();
        return gate.dieNow();
      default:
        return perform();
    }
  };

const choicesOf = ({ asked, minSeverity }: Options): AuditChoices => ({
  settings: {
    registeredIssuers: asked.registered ? [issuerUrls.own] : [],
    inCluster: asked.inCluster,
    unusedAfterDays: 90,
  },
  rules: catalog,
  overrides: {},
  waivers: [],
  minSeverity,
  links: {},
  concurrency: 4,
});

/** Full runs read the calls in CloudTrail; a fast run takes them from the last one. */
const notInFastRuns: AccountSnapshot['runtime'] = unavailable({
  ...{ kind: 'not-asked-for', operation: 'cloudtrail:LookupEvents', message: 'not asked for' },
});

/** The readers of a run: what the world shows it, under its faults. */
const readersOf = (
  run: Run,
  { asked }: Options,
  gate: Gate,
  shown: Shown,
): Pick<AuditPorts, 'targets' | 'accounts' | 'issuers'> & Partial<Pick<AuditPorts, 'clusters'>> => ({
  targets: {
    list: async () => {
      await gate.pass('aws', 'targets');
      return run.accounts.map(accountId => ({ accountId, regions: regionNames }));
    },
  },
  accounts: {
    read: async ({ accountId, fast }, _at, earlier) => {
      await gate.pass('aws', 'account');
      failReader(run.faults, 'collectThrows', ({ account }) => account === accountId);
      const snapshot = readAccountUnder(run.world, accountId, run.startedAt, asked, run.faults);
      const listed = await withVanishing(snapshot, run, shown.of(accountId), earlier);
      const read = readDetailsUnder(listed, asked, run.faults);
      return fast === undefined ? read : { ...read, runtime: notInFastRuns };
    },
  },
  issuers: {
    read: async urls => {
      await gate.pass('aws', 'issuers');
      failReader(run.faults, 'probeThrows', () => true);
      return readIssuersUnder(run.world, urls, run.faults);
    },
  },
  ...(asked.inCluster
    ? {
        clusters: {
          read: async ({ accountId }, { name }) => {
            await gate.pass('aws', 'cluster');
            failReader(run.faults, 'clusterThrows', each => each.account === accountId && each.cluster === name);
            return readInsideUnder(run.world, accountId, name, run.faults);
          },
        },
      }
    : {}),
});

/** How wrong the clock of an invocation is, milliseconds. */
const skewOf = (invocation: Invocation | undefined): number =>
  invocation?.run.skew === undefined ? 0 : invocation.run.skew * (2 * shareOf(1, invocation.name) - 1);

/** A fresh auditor: nothing is known, nothing is on its way. */
export const simulationOf = (random: Random, options: Options): Simulation => {
  const stats: Record<string, number> = {};
  const log: string[] = [];
  const clock: Clock = {
    time: Date.parse('2026-11-01T06:00:00.000Z'),
    log,
    count: what => {
      stats[what] = (stats[what] ?? 0) + 1;
    },
  };
  const gate = gateOf(random, clock);
  const table = memoryTable(hookOf(random, gate), options.pageSize);
  const bucket = bucketOf(gate, clock);
  const destinations = destinationsOf(random, gate, clock, {
    withQuietHours: options.quietHours,
    seen: () => seenIn(table),
  });
  const store = dynamodbFindingStore({ client: table.client, tableName: 't', retention: options.retention });
  const now = () => new Date(clock.time).toISOString();
  const { notifiers, deadLetters } = destinations;
  const shown = shownSoFar();
  return Object.assign(clock, {
    options,
    choices: choicesOf(options),
    ...{ table, store, bucket, destinations, stats, now, shown, share: random.next },
    runs: new Map<string, Run>(),
    invocations: invocationsOf(random, gate, clock),
    portsOf: (run: Run) => ({
      ...readersOf(run, options, gate, shown),
      ...{ documents: bucket.store, findings: store, notifiers, deadLetters },
      now: () => new Date(clock.time + skewOf(gate.current())).toISOString(),
    }),
    sweep: () => {
      for (const [key, { expiresAt }] of [...table.items])
        if (typeof expiresAt === 'number' && expiresAt * 1000 < clock.time) {
          table.put(key, undefined, 'TTL');
          clock.count('expired');
        }
      bucket.sweep(options.snapshotDays);
    },
  });
};
