import type { DocumentStore } from '../../../lib/audit/ports.ts';
import { DocumentInvalid, DocumentMissing, ThrottledError, TransientError } from '../../../lib/kit/errors.ts';
import type { Clock, Gate } from './gate.ts';

/** The bucket of a schedule: documents as text. */
export interface Bucket {
  readonly store: DocumentStore;
  readonly texts: ReadonlyMap<string, string>;
  /** Every text that ever lay in the outbox of a destination, by its key, with the time when it was written first. */
  readonly outboxes: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Takes away what the bucket's lifecycle rules would: everything of runs of so many days ago. */
  readonly sweep: (days: number) => void;
}

/** An empty bucket behind a gate. */
export const bucketOf = (gate: Gate, clock: Clock): Bucket => {
  const texts = new Map<string, string>();
  const times = new Map<string, number>();
  const outboxes = new Map<string, Map<string, number>>();
  const call = async <T>(operation: string, key: string, perform: () => T): Promise<T> => {
    const fate = await gate.pass('doc', `${operation}:${key}`);
    switch (fate) {
      case 'throttle':
        throw new ThrottledError(`${operation} ${key}: SlowDown`);
      case 'error':
        throw new TransientError(`${operation} ${key}: ServiceUnavailable`);
      case 'deny':
        throw Object.assign(new Error('Access Denied'), { name: 'AccessDenied' });
      case 'lost':
        perform();
        throw new TransientError(`${operation} ${key}: socket hang up`);
      case 'twice':
        perform();
        return perform();
      case 'die-after':
        perform();
        return gate.dieNow();
      default:
        return perform();
    }
  };
  const store: DocumentStore = {
    put: async (key, document) => {
      const text = JSON.stringify(document);
      await call('put', key, () => {
        texts.set(key, text);
        times.set(key, clock.time);
        if (!key.startsWith('outbox/')) return;
        const written = outboxes.get(key) ?? new Map<string, number>();
        if (!written.has(text)) outboxes.set(key, written.set(text, clock.time));
      });
    },
    get: async key => {
      const text = await call('get', key, () => texts.get(key));
      if (text === undefined) throw new DocumentMissing(`there is no document ${key}`);
      try {
        return JSON.parse(text);
      } catch (cause) {
        throw new DocumentInvalid(key, { cause });
      }
    },
    list: async prefix => call('list', prefix, () => [...texts.keys()].filter(key => key.startsWith(prefix)).sort()),
  };
  const sweep = (days: number): void => {
    for (const [key, at] of [...times])
      if (key.startsWith('runs/') && at + days * 86_400_000 < clock.time) {
        texts.delete(key);
        times.delete(key);
      }
  };
  return { store, texts, outboxes, sweep };
};
