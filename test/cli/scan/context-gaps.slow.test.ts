/** Contexts that were named and not used: a gap where they cannot be read, a usage error where they are elsewhere. */
import { expect, test } from '@jest/globals';
import { contextGaps } from '../../../lib/cli/scan/session-contexts.ts';
import { aReport } from '../../report/sample-report.ts';

const [one, two] = ['111122223333', '222233334444'] as const;
const notFound = { kind: 'not-found', operation: 'x', message: 'none' } as const;
const denied = { kind: 'denied', operation: 'x', message: '403' } as const;
const regions = ['eu-west-1', 'eu-west-2'];
const gapsOf = (
  unused: readonly { readonly context: string; readonly reason: object }[],
  accountIds: readonly string[] = [one],
  places: Parameters<typeof contextGaps>[2] = [],
) => {
  const reader = { unused: () => Promise.resolve(unused) } as never;
  const accounts = accountIds.map(accountId => ({ accountId, regions }));
  return contextGaps(reader, { ...aReport({}), accounts }, places);
};

test('each that cannot be read is a gap of the first account', async () => {
  const gap = (context: string, reason: object) => ({
    ...{ accountId: one, section: 'inside', part: `the cluster of context ${context}`, reason },
  });
  const unused = [
    { context: 'a', reason: denied },
    { context: 'b', reason: denied },
  ];
  expect(await gapsOf(unused)).toEqual([gap('a', denied), gap('b', denied)]);
  // Of several accounts another run may have it.
  expect(await gapsOf([{ context: 'c', reason: notFound }], [one, two])).toEqual([gap('c', notFound)]);
  expect([await gapsOf([]), await gapsOf(unused, []), await contextGaps(undefined, aReport({}), [])]).toEqual([
    [],
    [],
    [],
  ]);
});

test.each<[string, readonly { readonly context: string; readonly accountId?: string }[], string]>([
  [
    'in another account',
    [
      { context: 'a', accountId: one },
      { context: 'b', accountId: two },
    ],
    `--context b: its cluster is in account ${two}, and account ${one} is audited: name a --profile or --role-arn of account ${two}`,
  ],
  [
    'in this account',
    [
      { context: 'a', accountId: two },
      { context: 'b', accountId: one },
    ],
    `--context b: account ${one} has no such cluster in eu-west-1, eu-west-2: name its --region, or a --profile of its account`,
  ],
  [
    'in an account that it does not name',
    [{ context: 'a', accountId: two }, { context: 'b' }],
    `--context b: account ${one} has no such cluster in eu-west-1, eu-west-2: name its --region, or a --profile of its account`,
  ],
])('the second of two, %s', async (_, places, message) => {
  const unused = [
    { context: 'a', reason: denied },
    { context: 'b', reason: notFound },
  ];
  await expect(gapsOf(unused, [one], places)).rejects.toMatchObject({ name: 'UsageError', message });
});
