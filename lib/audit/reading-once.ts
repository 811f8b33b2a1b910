import type { DocumentStore } from './ports.ts';

/** A store that asks for each of these keys once: for documents of a run that nobody writes any more. */
export const readingOnce = (documents: DocumentStore, keys: readonly string[]): DocumentStore => {
  const read = new Map<string, Promise<unknown>>();
  return {
    ...documents,
    get: key => {
      if (!keys.includes(key)) return documents.get(key);
      const known = read.get(key) ?? documents.get(key);
      read.set(key, known);
      return known;
    },
  };
};
