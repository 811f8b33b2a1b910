/**
 * The bucket of a synthetic fleet. All accounts are alike: what the steps wrote for the first one is kept, and the
 * others' documents are made from it when they are read, with their own ids, so that thousands of accounts need no
 * room. Each document is turned into JSON and thrown away, but for those of the whole fleet. Requests are counted.
 */
import { gzipSync } from 'node:zlib';
import type { DocumentStore } from '../../lib/audit/ports.ts';
import { DocumentMissing } from '../../lib/kit/errors.ts';
import { accountIdOf } from './world.ts';

export interface S3Requests {
  put: number;
  get: number;
}

const first = accountIdOf(0);
/** Documents of one account, by the account's id in the key. */
const perAccount = /^(accounts|shares|clusters|issuers|evaluations|summaries)\//;
const ofAccount =
  /^runs\/[^/]+\/(accounts|shares|clusters|issuers|evaluations|plans|summaries)\/(\d{12})|^listed\/(\d{12})/;

/** A bucket over kept documents, by key. `templates` are those of the first account. An account's document is there once it
 *  was written, or as `isThere` says where an earlier process wrote it. */
export const templateStore = (
  templates: ReadonlyMap<string, string>,
  accounts: number,
  isThere: (key: string) => boolean = () => false,
) => {
  const kept = new Map<string, string>();
  const written = new Set<string>();
  const requests: S3Requests = { put: 0, get: 0 };
  const textOf = (key: string): string | undefined => {
    const [, , id, listed] = ofAccount.exec(key) ?? [];
    const accountId = id ?? listed;
    if (accountId === undefined) return kept.get(key);
    if (!written.has(key) && !isThere(key)) return undefined;
    return templates.get(withoutRun(key.replaceAll(accountId, first)))?.replaceAll(first, accountId);
  };
  const documents: DocumentStore = {
    put: async (key, document) => {
      requests.put += 1;
      const text = JSON.stringify(document);
      if (ofAccount.test(key)) written.add(key);
      else kept.set(key, text);
    },
    get: async key => {
      requests.get += 1;
      const text = textOf(key);
      if (text === undefined) throw new DocumentMissing(`there is no document ${key}`);
      // As a read over the network does: others may go on meanwhile.
      await new Promise(resolve => setImmediate(resolve));
      return JSON.parse(text);
    },
    list: async () => [],
  };
  /** Bytes of all documents of one run, compressed as in the bucket. */
  const bytes = (): number => {
    const zipped = (texts: Iterable<string>) => [...texts].reduce((sum, text) => sum + gzipSync(text).length, 0);
    return (
      accounts * zipped([...templates].flatMap(([key, text]) => (perAccount.test(key) ? [text] : []))) +
      zipped(kept.values())
    );
  };
  return { documents, requests, bytes, kept };
};

/** A key without the run that it belongs to: all runs have the same documents. */
export const withoutRun = (key: string): string => key.replace(/^runs\/[^/]+\//, '');
