import { expect, test } from '@jest/globals';
import { readingOnce } from '../../lib/audit/reading-once.ts';
import { memoryDocumentStore } from '../../lib/store/memory-document-store.ts';

test('documents that nobody writes any more are asked for once, all others each time', async () => {
  const documents = memoryDocumentStore();
  const asked: string[] = [];
  const get = async (key: string) => {
    asked.push(key);
    return documents.get(key);
  };
  const once = readingOnce({ ...documents, get }, ['index']);
  await once.put('index', { at: 1 });
  await once.put('status', { at: 1 });
  expect([await once.get('index'), await once.get('status')]).toEqual([{ at: 1 }, { at: 1 }]);
  await once.put('status', { at: 2 });
  expect([await once.get('index'), await once.get('status')]).toEqual([{ at: 1 }, { at: 2 }]);
  expect([asked, await once.list('')]).toEqual([
    ['index', 'status', 'status'],
    ['index', 'status'],
  ]);
});
