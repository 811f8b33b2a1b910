import { describe, expect, test } from '@jest/globals';
import { deliver } from '../../lib/audit/deliver.ts';
import {
  coverageKey,
  documentKeys,
  firstAuditsKey,
  inFlightKey,
  lastReadKey,
  listedKey,
} from '../../lib/audit/document-keys.ts';
import { DocumentOfNewerVersion, documentFrom, documentText } from '../../lib/audit/document-version.ts';
import { findBase } from '../../lib/audit/last-read.ts';
import type { DeadLetter, DocumentStore, Notifier } from '../../lib/audit/ports.ts';
import { runAudit } from '../../lib/audit/run-audit.ts';
import { complete, unavailable } from '../../lib/model/collected.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';
import { aTransition } from '../report/sample-report.ts';
import { aStart, portsOver, someChoices } from '../support/audit-ports.ts';
import { aDigest } from '../support/digest-builders.ts';
import { aRole, aSnapshot, aTrustPolicy } from '../support/example-world.ts';

/** A newer version of this program has written documents, and this one runs again. */
const accountId = '111122223333';
const ofTomorrow = { documentVersion: 99, of: 'tomorrow' };
const open = aSnapshot({ roles: complete([aRole({ trustPolicy: aTrustPolicy({ condition: {} }) })]) });

const holding = async (...keys: readonly string[]): Promise<DocumentStore> => {
  const documents = memoryDocumentStore();
  for (const key of keys) await documents.put(key, ofTomorrow);
  return documents;
};

const expectKept = async (documents: DocumentStore, key: string): Promise<void> =>
  expect(documents.get(key)).rejects.toThrow(`${key} has version 99, wanted 1 or less`);

describe('a document', () => {
  test.each<[string, unknown]>([
    ['an object', { a: [1], 'b c': null }],
    ['a list', [1, 2]],
    ['a text', 'text'],
    ['nothing', null],
  ])('that is %s comes back as it was written, and one without a version is read', (_, document) => {
    expect(documentFrom('coverage/a.json', documentText('coverage/a.json', document))).toEqual(document);
    expect(documentFrom('coverage/a.json', JSON.stringify(document))).toEqual(document);
  });

  test('carries the version of its folder', () => {
    expect(JSON.parse(documentText('runs/r/a.json', { a: 1 }))).toEqual({ documentVersion: 1, a: 1 });
  });

  test.each([2, '1', null, -0.5])('of version %j is refused unless it is known', version => {
    const read = () => documentFrom('runs/a.json', JSON.stringify({ documentVersion: version }));
    if (version === -0.5) expect(read()).toEqual({});
    else expect(read).toThrow(DocumentOfNewerVersion);
  });
});

describe('where a newer version wrote', () => {
  test('what was told of coverage, that is kept, and this version tells what it has not told, once', async () => {
    const documents = await holding(coverageKey, firstAuditsKey);
    const ports = portsOver({ [accountId]: { ...open, providers: unavailable(denied) } }, { documents });
    const { completed } = await runAudit(ports, someChoices(), aStart());
    expect(completed).toMatchObject({ failedAccounts: 0, sent: true, complete: false });
    expect(ports.sent.flatMap(({ coverage }) => coverage?.notices ?? [])).toMatchObject([{ section: 'providers' }]);
    await runAudit(ports, someChoices(), aStart(2));
    expect(ports.sent).toHaveLength(1);
    await expectKept(documents, coverageKey);
    await expectKept(documents, firstAuditsKey);
  });

  test('what it was sending, this version tells of all that is unsent', async () => {
    const documents = await holding(inFlightKey, listedKey(accountId), lastReadKey);
    expect(await findBase(documents)).toBeUndefined();
    const ports = portsOver({ [accountId]: open }, { documents });
    const { completed, transitions } = await runAudit(ports, someChoices(), aStart());
    expect([completed.sent, ports.sent.length, transitions.length > 0]).toEqual([true, 1, true]);
    await expectKept(documents, inFlightKey);
  });

  test('an outbox, that is kept, and what waits has an outbox beside it', async () => {
    const key = documentKeys('').outbox('hook');
    const documents = await holding(key);
    const took: string[] = [];
    let isDown = true;
    const hook: Notifier = {
      name: 'hook',
      send: async ({ id }) => {
        if (isDown) throw new Error('no');
        took.push(id);
        return 'sent';
      },
    };
    const letters: DeadLetter[] = [];
    const deadLetters = { put: async (letter: DeadLetter) => void letters.push(letter) };
    const digest = aDigest([aTransition()]);
    const ports = { now: () => aStart().startedAt, documents, notifiers: [hook], deadLetters };
    expect(await deliver(ports, digest)).toMatchObject({ failed: ['hook'], givenUp: 0 });
    isDown = false;
    expect(await deliver(ports, undefined)).toMatchObject({ sentTo: ['hook'], givenUp: 0 });
    expect(took).toEqual([digest.id]);
    await expectKept(documents, key);
    // The newer version runs again, and finds what an earlier one had no time to send.
    isDown = true;
    await deliver(ports, aDigest([aTransition({ kind: 'changed' })], [], { id: 'later' }));
    await documents.put(key, { waiting: [], because: '' });
    expect(await deliver(ports, undefined)).toMatchObject({ givenUp: 1 });
    expect(letters).toMatchObject([
      { destination: 'hook', because: 'an earlier version of irsa-auditor left it behind' },
    ]);
  });
});

const denied = { kind: 'denied', operation: 'iam:ListOpenIDConnectProviders', message: 'no' } as const;
