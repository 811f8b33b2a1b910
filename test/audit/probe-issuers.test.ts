import { describe, expect, test } from '@jest/globals';
import { documentKeys, waitingIssuersKey } from '../../lib/audit/document-keys.ts';
import { isWaitingIssuers } from '../../lib/audit/documents.ts';
import type { IssuerReader } from '../../lib/audit/ports.ts';
import { probeIssuers, unprobedReason } from '../../lib/audit/steps/probe-issuers.ts';
import { complete, unavailable, withGaps } from '../../lib/model/collected.ts';
import type { IssuerTable } from '../../lib/model/snapshot.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { given } from '../../lib/text/given.ts';
import { aHost, anIssuer, exampleAccountId } from '../support/example-world.ts';
import { fc } from '../support/properties.ts';

const urlsOf = (count: number, region = 'eu-west-1') =>
  Array.from(
    { length: count },
    (_, at) => `https://oidc.eks.${region}.amazonaws.com/id/${String(at).padStart(6, '0')}`,
  );

/** A fleet with these issuers, and a reader that gets through so many of them before its time is up. */
const fleetOf = (urls: readonly string[], reach: () => number) => {
  const documents = memoryDocumentStore();
  const asked: (readonly string[])[] = [];
  const issuers: IssuerReader = {
    read: async ordered => {
      asked.push(ordered);
      return Object.fromEntries(ordered.slice(0, reach()).map(url => [url, anIssuer({ url })]));
    },
  };
  const run = async (number: number) => {
    const keys = documentKeys(`run-${number}`);
    await documents.put(keys.wanted, { wanted: { [exampleAccountId]: urls } });
    const state = { runId: `run-${number}`, startedAt: '2026-11-25T06:00:00.000Z', accounts: [exampleAccountId] };
    const result = await probeIssuers({ documents, issuers }, state);
    return { result, table: (await documents.get(keys.issuers(exampleAccountId))) as IssuerTable };
  };
  return { run, documents, asked };
};

const probedIn = (table: IssuerTable): readonly string[] =>
  Object.values(table).flatMap(({ url, host }) => (host.status === 'complete' ? [url] : []));

describe('where time is short', () => {
  test('every issuer is probed in one of two runs, if half of them can be', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.nat(30), async (count, more) => {
        const { run } = fleetOf(urlsOf(count), () => Math.ceil(count / 2) + more);
        const seen = [(await run(1)).table, (await run(2)).table].flatMap(probedIn);
        expect(new Set(seen)).toEqual(new Set(urlsOf(count)));
      }),
    );
  });

  test('no issuer waits longer than the others, however few can be probed', async () => {
    const { run } = fleetOf(urlsOf(50), () => 10);
    const seen: string[] = [];
    for (let number = 1; number <= 5; number += 1) seen.push(...probedIn((await run(number)).table));
    expect(new Set(seen)).toEqual(new Set(urlsOf(50)));
    expect(seen).toHaveLength(50);
  });

  test('an issuer that is left is unknown, counted, and told with the reason', async () => {
    const { run } = fleetOf(urlsOf(3), () => 2);
    const { result, table } = await run(1);
    expect(result).toEqual({ issuers: 3, failed: 1 });
    expect(table[urlsOf(3)[2] ?? '']).toMatchObject({ fromPrivateNetwork: true, host: { status: 'unavailable' } });
    expect(unprobedReason(table)).toMatchObject({ kind: 'timed-out', operation: 'probe-issuers' });
  });

  test('the list of those that wait is emptied by the run that comes to all, and is then not written again', async () => {
    let reach = 1;
    const { run, documents } = fleetOf(urlsOf(3), () => reach);
    await run(1);
    expect(await documents.get(waitingIssuersKey)).toEqual({ waiting: urlsOf(3).slice(1) });
    reach = 3;
    expect(unprobedReason((await run(2)).table)).toBeUndefined();
    expect(await documents.get(waitingIssuersKey)).toEqual({ waiting: [] });
  });
});

test('a fast run takes its issuers as they come, and leaves the list of those that wait to the full run', async () => {
  const { documents, asked } = fleetOf([], () => 1);
  const urls = urlsOf(3);
  const waiting = { waiting: [...urls].reverse() };
  await documents.put(waitingIssuersKey, waiting);
  await documents.put(documentKeys('fast-1').wanted, { wanted: { [exampleAccountId]: urls } });
  const issuers: IssuerReader = {
    read: async ordered => {
      asked.push(ordered);
      return {};
    },
  };
  const state = {
    runId: 'fast-1',
    startedAt: '2026-11-25T06:00:00.000Z',
    accounts: [exampleAccountId],
    fast: true as const,
  };
  expect(await probeIssuers({ documents, issuers }, state)).toEqual({ issuers: 3, failed: 3 });
  expect(asked).toEqual([urls]);
  expect(await documents.get(waitingIssuersKey)).toEqual(waiting);
});

test('an account is written as soon as its issuers are known, once, however they are handed over', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(fc.nat(7), { minLength: 1 }), { minLength: 1, maxLength: 6 }),
      fc.nat(8),
      fc.nat(8),
      async (accounts, taken, answered) => {
        const documents = memoryDocumentStore();
        const keys = documentKeys('run-1');
        const urls = urlsOf(8);
        const wanted = Object.fromEntries(
          accounts.map((numbers, at) => [String(100_000_000_000 + at), numbers.map(number => urls[number] ?? '')]),
        );
        await documents.put(keys.wanted, { wanted });
        const written: string[] = [];
        const isKnown = new Set<string>();
        const issuers: IssuerReader = {
          read: async (ordered, take) => {
            for (const url of ordered.slice(0, taken)) {
              isKnown.add(url);
              await take?.(anIssuer({ url }));
              const whole = Object.keys(wanted).filter(id => wanted[id]?.every(each => isKnown.has(each)));
              expect([...written].sort()).toEqual(whole.sort());
            }
            return Object.fromEntries(ordered.slice(taken, taken + answered).map(url => [url, anIssuer({ url })]));
          },
        };
        const noting = {
          ...documents,
          put: async (key: string, document: unknown) => {
            const [, id] = /issuers\/(\d{12})/.exec(key) ?? [];
            if (id !== undefined) written.push(id);
            await documents.put(key, document);
          },
        };
        const state = { runId: 'run-1', startedAt: '2026-11-25T06:00:00.000Z', accounts: Object.keys(wanted) };
        const result = await probeIssuers({ documents: noting, issuers }, state);
        const all = new Set(Object.values(wanted).flat());
        expect(written.sort()).toEqual(Object.keys(wanted).sort());
        expect(result).toEqual({ issuers: all.size, failed: Math.max(0, all.size - taken - answered) });
        for (const [id, of] of Object.entries(wanted))
          expect(Object.keys((await documents.get(keys.issuers(id))) as IssuerTable).sort()).toEqual([...of].sort());
      },
    ),
  );
});

test('a run that comes to all leaves no list', async () => {
  const { run, documents } = fleetOf(urlsOf(3), () => 3);
  await run(1);
  await expect(documents.get(waitingIssuersKey)).rejects.toMatchObject({ name: 'DocumentMissing' });
});

test.each<readonly [what: string, document: unknown]>([
  ['of another shape', { waiting: [5] }],
  ['of issuers that are no longer there', { waiting: ['https://gone.example'] }],
])('a list %s costs its order alone', async (_, document) => {
  const { run, documents, asked } = fleetOf(urlsOf(2), () => 2);
  await documents.put(waitingIssuersKey, document);
  expect((await run(1)).result).toEqual({ issuers: 2, failed: 0 });
  expect(asked).toEqual([urlsOf(2)]);
});

test('only a list of texts is one of waiting issuers', () => {
  expect(isWaitingIssuers({ waiting: ['a'] })).toBe(true);
  expect(isWaitingIssuers({})).toBe(false);
  expect(isWaitingIssuers({ waiting: 'a' })).toBe(false);
  expect(isWaitingIssuers({ waiting: ['a', 5] })).toBe(false);
});

test('an issuer counts as failed unless its host was read whole', async () => {
  const documents = memoryDocumentStore();
  const reason = { kind: 'unreachable', operation: 'tls', message: 'no' } as const;
  const hosts = [complete(aHost()), withGaps(aHost(), [{ what: 'a certificate', reason }]), unavailable<never>(reason)];
  const urls = urlsOf(3);
  const all = urls.map((url, at) => anIssuer({ url, ...given({ host: hosts[at] }) }));
  await documents.put(documentKeys('run-1').wanted, { wanted: { [exampleAccountId]: urls } });
  const issuers: IssuerReader = { read: async () => Object.fromEntries(all.map(facts => [facts.url, facts])) };
  const state = { runId: 'run-1', startedAt: '2026-11-25T06:00:00.000Z', accounts: [exampleAccountId] };
  expect(await probeIssuers({ documents, issuers }, state)).toEqual({ issuers: 3, failed: 2 });
});
