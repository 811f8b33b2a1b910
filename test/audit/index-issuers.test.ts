import { expect, test } from '@jest/globals';
import { documentKeys } from '../../lib/audit/document-keys.ts';
import { findDocument, isIndexDocument } from '../../lib/audit/documents.ts';
import { findBase } from '../../lib/audit/last-read.ts';
import { indexIssuers } from '../../lib/audit/steps/index-issuers.ts';
import { issuersByAccount } from '../../lib/audit/steps/issuers-by-account.ts';
import type { FleetShare } from '../../lib/facts/fleet-part.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';

const startedAt = '2026-11-02T03:00:00.000Z';

test('an account without a share is a gap of the fleet: no provider is called an orphan while there is one', async () => {
  const documents = memoryDocumentStore();
  const choices = { settings: { registeredIssuers: [] } };
  const accounts = ['111122223333'];
  const result = await indexIssuers({ documents, now: () => startedAt }, choices, {
    runId: 'run-1',
    startedAt,
    accounts,
  });
  expect(result).toEqual({ accounts: 1, unread: 1, clusters: 0 });
  const index = await findDocument(documents, documentKeys('run-1').index, isIndexDocument);
  expect(index?.gaps.map(({ accountId }) => accountId)).toEqual(accounts);
});

test('an account whose roles or providers were not read is named', async () => {
  const documents = memoryDocumentStore();
  const nothing = { clusters: [], providers: [], asks: { issuers: [], clusterNames: [] }, gaps: [] };
  const read = [
    { accountId: '111122223333', rolesRead: false, providersRead: true },
    { accountId: '444455556666', rolesRead: true, providersRead: false },
    { accountId: '777788889999', rolesRead: true, providersRead: true },
  ];
  for (const account of read)
    await documents.put(documentKeys('run-1').share(account.accountId), {
      ...nothing,
      accounts: [account],
    } satisfies FleetShare);
  const accounts = read.map(({ accountId }) => accountId);
  const choices = { settings: { registeredIssuers: [] } };
  await indexIssuers({ documents, now: () => startedAt }, choices, { runId: 'run-1', startedAt, accounts });
  expect(await findDocument(documents, documentKeys('run-1').index, isIndexDocument)).toMatchObject({
    accounts,
    rolesUnread: ['111122223333'],
    providersUnread: ['444455556666'],
    gaps: [],
  });
});

test('a public issuer is probed for the accounts that have its provider where it is registered, and else for none', () => {
  const github = 'https://token.actions.githubusercontent.com';
  const arnOf = (accountId: string, url: string) => `arn:aws:iam::${accountId}:oidc-provider/${url.slice(8)}`;
  const [own, other] = ['111122223333', '444455556666'];
  const eks = 'https://oidc.eks.eu-west-1.amazonaws.com/id/A';
  const self = 'https://gitlab.com';
  const provider = (accountId: string, url: string) =>
    ({ accountId, arn: arnOf(accountId, url) }) as FleetShare['providers'][number];
  const cluster = (accountId: string, issuer?: string) =>
    ({ accountId, ...(issuer && { issuer }) }) as FleetShare['clusters'][number];
  const shares = [
    { clusters: [cluster(own, eks), cluster(own)], providers: [provider(own, github), provider(other, github)] },
    { clusters: [cluster(own, self)], providers: [provider(other, eks), provider(other, self)] },
  ];
  const wanted = (registered: readonly string[]) =>
    Object.fromEntries([...issuersByAccount(shares, registered)].map(([id, issuers]) => [id, [...issuers].sort()]));
  // A cluster whose issuer bears a public name makes it one of the fleet.
  expect(wanted([])).toEqual({ [own]: [self, eks], [other]: [self, eks] });
  expect(wanted([github])).toEqual({ [own]: [self, eks, github], [other]: [self, eks, github] });
});

test('what an account did not read of its own clusters is a gap of the fleet', async () => {
  const documents = memoryDocumentStore();
  const accountId = '111122223333';
  const gaps = [
    {
      accountId,
      section: 'clusters',
      region: 'eu-west-1',
      reason: { kind: 'denied', operation: 'eks:ListClusters', message: 'no' },
    },
  ] as const;
  await documents.put(documentKeys('run-1').share(accountId), {
    ...{ clusters: [], providers: [], asks: { issuers: [], clusterNames: [] }, gaps },
    accounts: [{ accountId, rolesRead: true, providersRead: true }],
  } satisfies FleetShare);
  const choices = { settings: { registeredIssuers: [] } };
  await indexIssuers({ documents, now: () => startedAt }, choices, {
    runId: 'run-1',
    startedAt,
    accounts: [accountId],
  });
  expect(await findDocument(documents, documentKeys('run-1').index, isIndexDocument)).toMatchObject({ gaps });
});

// An execution that was stopped has functions at work still: the next fast run laid its reading over the older one, and told
// findings as resolved that were open.
test('fast runs are compared with the run that began last, whichever comes last to its index', async () => {
  const documents = memoryDocumentStore();
  const choices = { settings: { registeredIssuers: [] } };
  const index = (runId: string, at: string) =>
    indexIssuers({ documents, now: () => '2026-11-02T03:30:00.000Z' }, choices, { runId, startedAt: at, accounts: [] });
  await index('newer', '2026-11-02T03:01:00.000Z');
  await index('older', startedAt);
  expect((await findBase(documents))?.runId).toBe('newer');
  await index('newest', '2026-11-02T03:02:00.000Z');
  expect((await findBase(documents))?.runId).toBe('newest');
});

test('a repeat of the step says again when all was read: what a fast run read before may be older', async () => {
  const documents = memoryDocumentStore();
  const index = (readBy: string) =>
    indexIssuers(
      { documents, now: () => readBy },
      { settings: { registeredIssuers: [] } },
      { runId: 'run-1', startedAt, accounts: [] },
    );
  for (const readBy of ['2026-11-02T03:10:00.000Z', '2026-11-02T03:20:00.000Z']) {
    await index(readBy);
    expect(await findBase(documents)).toMatchObject({ runId: 'run-1', startedAt, readBy });
  }
});
