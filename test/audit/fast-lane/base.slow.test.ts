import { describe, expect, test } from '@jest/globals';
import { documentKeys, lastReadKey } from '../../../lib/audit/document-keys.ts';
import { overlayIssuers } from '../../../lib/audit/fast-lane/overlay-issuers.ts';
import { planFastRun } from '../../../lib/audit/fast-lane/plan-fast-run.ts';
import { collectAccount } from '../../../lib/audit/steps/collect-account.ts';
import { completeRun } from '../../../lib/audit/steps/complete-run.ts';
import { evaluateAccount } from '../../../lib/audit/steps/evaluate-account.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { AssumeEvents } from '../../../lib/model/runtime.ts';
import { anAccountOf, broken, fastWorld, has, ours, provides, theirs, withRole } from '../../support/fast-world.ts';

const since = '2026-11-01T05:00:00.000Z';
const failures = [{ errorCode: 'AccessDenied', errorMessage: 'no', count: 3, lastAt: since }];
const refused: AssumeEvents = {
  ...{ roleArn: `arn:aws:iam::${ours}:role/cart`, subject: 'system:serviceaccount:checkout:cart', region: 'eu-west-1' },
  ...{ successes: 0, failures, userAgents: [], verificationMethods: [], lastAt: since },
};

/** A provider whose cluster, in the other account, has gone since the last full run. */
const clusterGone = async () => {
  const it = await fastWorld({ [ours]: provides(ours, 'A'), [theirs]: has(theirs, 'A') });
  it.accounts[theirs] = anAccountOf(theirs);
  return it;
};

describe('while a full run is under way', () => {
  test('what it has read of other accounts counts: nothing that it has found resolves', async () => {
    const it = await clusterGone();
    const run = await it.readAll('full-2');
    await run.evaluate(ours);
    expect(await it.known(ours)).toContain('provider-orphaned');
    await it.fast(ours);
    expect(await it.known(ours)).toContain('provider-orphaned');
  });

  test('as long as it has not read everything, the run before it counts', async () => {
    const it = await clusterGone();
    const runId = 'full-2';
    await it.ports.documents.put(documentKeys(runId).share(theirs), {});
    const state = await it.fast(ours);
    const index = await it.ports.documents.get(documentKeys(state.runId).index);
    expect(index).toMatchObject({ readIn: { base: 'full-1' } });
  });

  test('one that ends its reading, and writes an account, while a fast run is at it, is not written over', async () => {
    const it = await clusterGone();
    const runId = await it.change(ours);
    const state = await planFastRun(it.ports, { runId });
    const item = { runId, startedAt: state.startedAt, accountId: ours };
    await collectAccount(it.ports, it.choices, item);
    await overlayIssuers(it.ports, it.choices, state);
    const run = await it.readAll('full-2', new Date(Date.parse(state.startedAt) - 1000).toISOString());
    await run.evaluate(ours);
    await evaluateAccount(it.ports, it.choices, item);
    expect(await it.known(ours)).toContain('provider-orphaned');
  });

  // The calls in CloudTrail were taken from the full run that was the last one when the fast run was planned, and all else from
  // the one that had come since: a call that it had seen fail was told as resolved.
  test('one that ends its reading between the plan of a fast run and its index counts for CloudTrail, too', async () => {
    const it = await fastWorld();
    const runId = await it.change(ours);
    const state = await planFastRun(it.ports, { runId });
    const item = { runId, startedAt: state.startedAt, accountId: ours };
    await collectAccount(it.ports, it.choices, item);
    it.accounts[ours] = { ...anAccountOf(ours), runtime: complete({ from: since, to: since, events: [refused] }) };
    const run = await it.readAll('full-2', new Date(Date.parse(state.startedAt) - 1000).toISOString());
    await run.evaluate(ours);
    expect(await it.known(ours)).toContain('runtime-assume-failing');
    await overlayIssuers(it.ports, it.choices, state);
    await evaluateAccount(it.ports, it.choices, item);
    expect(await it.known(ours)).toContain('runtime-assume-failing');
  });
});

// It was said that its collecting had run out of time or memory.
test('an account that the full run beside it no longer audits is left as it is: nobody has read the rest of it', async () => {
  const it = await fastWorld();
  const runId = await it.change(ours);
  const state = await planFastRun(it.ports, { runId });
  const item = { runId, startedAt: state.startedAt, accountId: ours };
  withRole(it, broken);
  await collectAccount(it.ports, it.choices, item);
  Object.assign(it.ports, { targets: { list: async () => [{ accountId: theirs, regions: ['eu-west-1'] }] } });
  await it.readAll('full-2', new Date(Date.parse(state.startedAt) - 1000).toISOString());
  await overlayIssuers(it.ports, it.choices, state);
  await evaluateAccount(it.ports, it.choices, item);
  const summary = await it.ports.documents.get(documentKeys(runId).summary(ours));
  expect(summary).toMatchObject({ status: 'superseded', transitions: 0 });
});

describe('the run that is compared with', () => {
  test('is one that read everything, whatever became of its notification', async () => {
    const it = await clusterGone();
    const run = await it.readAll('full-2');
    await run.evaluate(ours);
    await completeRun(it.ports, it.choices, { ...run.state, notifyDrift: { Error: 'TransientError', Cause: 'down' } });
    const { runId } = await it.fast(ours);
    expect(await it.ports.documents.get(documentKeys(runId).index)).toMatchObject({ readIn: { base: 'full-2' } });
    expect(await it.known(ours)).toContain('provider-orphaned');
  });

  test('is none whose documents another version wrote: the first full run of this one tells', async () => {
    const it = await fastWorld();
    const key = lastReadKey;
    const base = await it.ports.documents.get(key);
    await it.ports.documents.put(key, { ...Object(base), schemaVersion: 0 });
    withRole(it, broken);
    expect((await it.fast(ours)).accounts).toEqual([]);
    expect(it.sentSince()).toEqual([]);
  });
});

test('a run asks for as many documents after a day of a fast run a minute as after one', async () => {
  const it = await fastWorld();
  let gets = 0;
  const { get } = it.ports.documents;
  Object.assign(it.ports, {
    documents: {
      ...it.ports.documents,
      get: (key: string) => {
        gets += 1;
        return get(key);
      },
    },
  });
  const getsOf = async (): Promise<number> => {
    gets = 0;
    await it.fast(ours);
    return gets;
  };
  const first = await getsOf();
  for (let minutes = 0; minutes < 60; minutes += 1) await it.fast(ours);
  expect(await getsOf()).toBeLessThanOrEqual(first);
});
