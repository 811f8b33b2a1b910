import { expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { collectAccount } from '../../lib/audit/steps/collect-account.ts';
import { collectCluster } from '../../lib/audit/steps/collect-cluster.ts';
import { listTargets } from '../../lib/audit/steps/list-targets.ts';
import { TransientError } from '../../lib/kit/errors.ts';
import { type Cluster, type ClusterInside, unreadInside } from '../../lib/model/cluster.ts';
import { complete } from '../../lib/model/collected.ts';
import { aStart, portsOver, someChoices } from '../support/audit-ports.ts';
import { aReadCluster } from '../support/example-cluster.ts';
import { aCluster, aClusterSnapshot, aSnapshot } from '../support/example-world.ts';

const accountId = '111122223333';
const inside = someChoices({ settings: { ...someChoices().settings, inCluster: true } });
const names = ['bank', 'lab', 'shop'];
const clusters = names.map(name => `eu-west-1/${name}`);
const event = { ...aStart(), accountId, clusters };

/** A step over three clusters: `read` is how each one is read, and `read.calls` which were. */
const batch = async (read: (name: string) => Promise<void>) => {
  const snapshots = names.map(name => aClusterSnapshot({ cluster: aCluster({ name }) }));
  const ports = portsOver({ [accountId]: aSnapshot({ clusters: complete(snapshots) }) });
  await listTargets(ports, aStart());
  await collectAccount(ports, inside, event);
  const calls: string[] = [];
  const reader = {
    read: async (_target: unknown, { name }: Cluster) => {
      calls.push(name);
      await read(name);
      return aReadCluster({});
    },
  };
  const step = (now = ports.now, documents = ports.documents) =>
    collectCluster({ ...ports, clusters: reader, now, documents }, event);
  const reasonOf = async (cluster: string): Promise<unknown> => {
    const { kubernetes } = (await ports.documents.get(documentKeys(event.runId).cluster(accountId, cluster))) as {
      readonly kubernetes: { readonly status: string; readonly reason?: unknown };
    };
    return kubernetes.reason;
  };
  return { step, calls, reasonOf, ports };
};

test('a cluster that may be read in a repeat says why it was not, and the repeat reads no other one again', async () => {
  let fails = true;
  const { step, calls, reasonOf } = await batch(async name => {
    if (fails && name === 'lab') throw new TransientError('socket hang up');
  });
  await expect(step()).rejects.toThrow('socket hang up');
  expect(await reasonOf('eu-west-1/lab')).toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('hang up'),
  });
  fails = false;
  expect(await step()).toBe('ok');
  expect(calls).toEqual(['bank', 'lab', 'shop', 'lab']);
  expect(await reasonOf('eu-west-1/lab')).toBe(undefined);
});

test('a cluster for which no time was left is read by the repeat', async () => {
  const { step, calls, reasonOf } = await batch(async () => undefined);
  let minutes = 0;
  // The first call tells when the step began, each further one comes seven minutes later.
  const now = () => new Date(Date.parse('2026-11-01T00:00:00.000Z') + 7 * 60_000 * minutes++).toISOString();
  await expect(step(now)).rejects.toMatchObject({ name: 'TransientError' });
  expect(calls).toEqual(['bank']);
  expect(await reasonOf('eu-west-1/shop')).toMatchObject({ kind: 'timed-out' });
  expect(await step()).toBe('ok');
  expect(calls).toEqual(['bank', 'lab', 'shop']);
});

test('what is refused for good stands as it is: a repeat does not ask again', async () => {
  const { step, calls, reasonOf } = await batch(async name => {
    if (name === 'bank') throw Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    if (name === 'lab' && calls.length <= names.length) throw new TransientError('socket hang up');
  });
  await expect(step()).rejects.toThrow('socket hang up');
  expect(await step()).toBe('failed');
  expect(calls).toEqual(['bank', 'lab', 'shop', 'lab']);
  expect(await reasonOf('eu-west-1/bank')).toMatchObject({ kind: 'denied' });
});

test('a reading whose write was done without an answer is not replaced by a failure', async () => {
  const { step, calls, reasonOf, ports } = await batch(async () => undefined);
  const { documents } = ports;
  let answers = false;
  const put: typeof documents.put = async (key, document) => {
    await documents.put(key, document);
    if (answers || !key.includes('lab')) return;
    answers = true;
    throw new TransientError('socket hang up');
  };
  await expect(step(ports.now, { ...documents, put })).rejects.toThrow('socket hang up');
  expect(await reasonOf('eu-west-1/lab')).toBe(undefined);
  expect(await step()).toBe('ok');
  expect(calls).toEqual(['bank', 'lab', 'shop']);
});

test('a cluster of which one part was read is read; one of which nothing was is not, and neither is asked for again', async () => {
  const { ports } = await batch(async () => undefined);
  const reason = { kind: 'denied', operation: 'read it', message: 'no' } as const;
  const unread = unreadInside(reason);
  const calls: string[] = [];
  const stepOf = (inside: ClusterInside) => {
    const reader = {
      read: async (_target: unknown, { name }: Cluster) => {
        calls.push(name);
        return inside;
      },
    };
    return collectCluster({ ...ports, clusters: reader }, { ...event, clusters: ['eu-west-1/shop'] });
  };
  expect(await stepOf({ ...unread, addons: complete([]) })).toBe('ok');
  expect(await stepOf(unread)).toBe('ok');
  expect(calls).toEqual(['shop']);
  const other = { ...event, clusters: ['eu-west-1/lab'] };
  const nothing = { read: async () => unread };
  expect(await collectCluster({ ...ports, clusters: nothing }, other)).toBe('failed');
  expect(await collectCluster({ ...ports, clusters: nothing }, other)).toBe('failed');
});
