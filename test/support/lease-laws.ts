/** The laws of every store about rights that one holder has at a time: to run, and to send. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { longestRunMinutes } from '../../lib/audit/contract.ts';
import { leaseMinutes } from '../../lib/audit/ports.ts';
import type { Store, StoreUnderTest } from './finding-store-laws.ts';

const at = (minutes: number): string =>
  new Date(Date.parse('2026-11-01T06:00:00.000Z') + minutes * 60_000).toISOString();

export const leaseLaws = (subject: StoreUnderTest): void => {
  describe(`leases in ${subject.name}`, () => {
    let store: Store;
    beforeAll(() => subject.start(), 60_000);
    afterAll(() => subject.stop());
    beforeEach(async () => {
      store = await subject.empty();
    });

    test('only one run goes on, until it says that it is over', async () => {
      expect(await store.claimRun('run-1', at(0))).toBe(undefined);
      expect(await store.claimRun('run-2', at(5))).toBe('run-1');
      await store.releaseRun('run-2');
      expect(await store.claimRun('run-2', at(6))).toBe('run-1');
      await store.releaseRun('run-1');
      expect(await store.claimRun('run-2', at(7))).toBe(undefined);
      expect(await store.claimRun('run-1', at(8))).toBe('run-2');
    });

    test('a repeat of the same run goes on, and has its whole time again', async () => {
      expect(await store.claimRun('run-1', at(0))).toBe(undefined);
      expect(await store.claimRun('run-1', at(5))).toBe(undefined);
      expect(await store.claimRun('run-2', at(longestRunMinutes + 1))).toBe('run-1');
    });

    test('a run that never said that it is over gives way once its time is up, and not before', async () => {
      await store.claimRun('run-1', at(0));
      expect(await store.claimRun('run-2', at(longestRunMinutes))).toBe('run-1');
      expect(await store.claimRun('run-2', at(longestRunMinutes + 1))).toBe(undefined);
      await store.releaseRun('run-1');
      expect(await store.claimRun('run-3', at(longestRunMinutes + 2))).toBe('run-2');
    });

    test('the right to run and the right to send are two', async () => {
      const token = await store.claimSending('run-1', at(0));
      expect(await store.claimRun('run-2', at(0))).toBe(undefined);
      await store.releaseRun(token);
      await store.releaseSending('run-2');
      expect(await store.claimRun('run-3', at(1))).toBe('run-2');
      await expect(store.claimSending('run-2', at(1))).rejects.toMatchObject({ name: 'StateConflict' });
    });

    test('the right to send to one destination leaves the others', async () => {
      const token = await store.claimSending('run-1', at(0), 'mail');
      const other = await store.claimSending('run-2', at(0), 'chat');
      await expect(store.claimSending('run-3', at(1), 'mail')).rejects.toMatchObject({ name: 'StateConflict' });
      await store.releaseSending(token, 'mail');
      await store.claimSending('run-3', at(1), 'mail');
      await store.releaseSending(other, 'chat');
      await store.claimSending('run-4', at(1), 'chat');
    });

    test('only one invocation sends at a time, be they of one run; one that died gives way', async () => {
      const token = await store.claimSending('run-1', at(0));
      for (const run of ['run-1', 'run-2'])
        await expect(store.claimSending(run, at(leaseMinutes))).rejects.toMatchObject({
          name: 'StateConflict',
          message: 'run run-1 is sending notifications',
        });
      await store.releaseSending('run-1');
      await expect(store.claimSending('run-2', at(2))).rejects.toMatchObject({ name: 'StateConflict' });
      await store.releaseSending(token);
      const late = await store.claimSending('run-2', at(2));
      await store.claimSending('run-3', at(62));
      await store.releaseSending(late);
      await expect(store.claimSending('run-4', at(63))).rejects.toMatchObject({ name: 'StateConflict' });
    });
  });
};
