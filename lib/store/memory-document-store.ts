import { documentFrom, documentText } from '../audit/document-version.ts';
import type { DocumentStore } from '../audit/ports.ts';
import { DocumentMissing } from '../kit/errors.ts';

/** Documents in memory, as JSON text: what goes in and out is a copy, as with any other store. */
export const memoryDocumentStore = (): DocumentStore => {
  const texts = new Map<string, string>();
  return {
    put: async (key, document) => {
      texts.set(key, documentText(key, document));
    },
    get: async key => {
      const text = texts.get(key);
      if (text === undefined) throw new DocumentMissing(`there is no document ${key}`);
      return documentFrom(key, text);
    },
    list: async prefix => [...texts.keys()].filter(key => key.startsWith(prefix)).sort(),
  };
};
