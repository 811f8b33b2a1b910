/** A bucket, a table, pages, letters and messages in memory, that can be looked at as one and put back. */
import { documentFrom, documentText } from '../../lib/audit/document-version.ts';
import { DocumentMissing } from '../../lib/kit/errors.ts';
import { dynamodbFindingStore } from '../../lib/store/dynamodb-finding-store.ts';
import type { PlainItem } from '../faults/table/item.ts';
import { memoryTable } from '../faults/table/memory-table.ts';
import type { Holder, World } from './every-fault.ts';

/** The ports of all that a deployment keeps, and what is in them. `told` takes what others are told. */
export const heldWorld = () => {
  const texts = new Map<string, string>();
  const table = memoryTable(async (_operation, perform) => perform(), 100);
  const told = new Map<string, string>();
  const ports = {
    documents: {
      put: async (key: string, document: unknown) => void texts.set(key, documentText(key, document)),
      get: async (key: string) => {
        const text = texts.get(key);
        if (text === undefined) throw new DocumentMissing(`there is no document ${key}`);
        return documentFrom(key, text);
      },
      list: async (prefix: string) => [...texts.keys()].filter(key => key.startsWith(prefix)).sort(),
    },
    findings: dynamodbFindingStore({
      ...{ client: table.client, tableName: 'findings' },
      retention: { resolvedDays: 90, historyDays: 400 },
    }),
    pages: { toolVersion: '0', put: async (key: string) => void told.set(`page ${key}`, 'true') },
    deadLetters: {
      put: async (letter: { destination: string }) =>
        void told.set(`letter to ${letter.destination}`, JSON.stringify(letter)),
    },
  };
  const itemText = (item: PlainItem): string => JSON.stringify(item).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'TOKEN');
  const nameOfItem = (key: string): string => `item ${key.replace('\0', ' ')}`;
  const holder: Holder = {
    look: () => {
      const items = [...table.items].map(([key, item]) => [nameOfItem(key), itemText(item)] as const);
      return new Map([...texts, ...items, ...told]);
    },
    putBack: (world: World) => {
      texts.clear();
      told.clear();
      for (const [key, item] of table.items)
        if (world.get(nameOfItem(key)) !== itemText(item)) table.put(key, undefined, 'DeleteItem');
      const known = new Set([...table.items.keys()].map(nameOfItem));
      for (const [name, text] of world)
        if (/^(?:page|letter|sent) /.test(name)) told.set(name, text);
        else if (!name.startsWith('item ')) texts.set(name, text);
        else if (!known.has(name)) {
          const item: PlainItem = JSON.parse(text);
          table.put(`${item.pk}\0${item.sk}`, item, 'PutItem');
        }
    },
  };
  /** A newer version of the program has written the items of an account whose keys have a part. */
  const writeNewer = (accountId: string, part: string): void => {
    for (const [key, item] of table.items)
      if (key.startsWith(`account#${accountId}\0${part}`)) table.put(key, { ...item, schemaVersion: 9 }, 'PutItem');
  };
  return { ports, holder, told, writeNewer };
};
