import { expect, test } from '@jest/globals';
import { deliver } from '../../lib/audit/deliver.ts';
import { documentKeys, inFlightKey, outboxFolder } from '../../lib/audit/document-keys.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';

test('no destination has the name under which the digest that is being sent lies', () => {
  const name = inFlightKey.slice(outboxFolder.length).replace(/\.json$/, '');
  expect(documentKeys('').outbox(name)).not.toBe(inFlightKey);
});

test('the digest that is being sent is no outbox of a destination that is gone', async () => {
  const documents = memoryDocumentStore();
  const sending = { digest: { id: 'x' }, keys: ['a'] };
  await documents.put(inFlightKey, { sending });
  expect(await deliver({ documents, notifiers: [], now: () => '2026-11-01T06:00:00.000Z' }, undefined)).toMatchObject({
    givenUp: 0,
  });
  expect(await documents.get(inFlightKey)).toEqual({ sending });
});
