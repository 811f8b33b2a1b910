/**
 * The versions of documents, by the folder that they lie in: each carries its own as `documentVersion`. A version rises when
 * an earlier program could not read what is written from now on.
 */
import { DocumentInvalid } from '../kit/errors.ts';

export const documentVersions = { coverage: 1, listed: 1, outbox: 1, runs: 1 } as const;

const versionOf = (key: string): number => {
  const folder = key.split('/', 1).join();
  return Object.entries(documentVersions).find(([name]) => name === folder)?.[1] ?? 1;
};

/** A newer program wrote the document. */
export class DocumentOfNewerVersion extends DocumentInvalid {}

/** Ends the key of a document that lies beside one of a newer version: `.v1`. No other key ends so. */
const beside = /\.v\d+$/;

/** Where this version keeps its own document while a newer one lies under a key. */
export const besideNewer = (key: string): string => (beside.test(key) ? key : `${key}.v${versionOf(key)}`);

/** The key that a document lies under or beside. */
export const baseKey = (key: string): string => key.replace(beside, '');

/** A document as it is written: one line of JSON. */
export const documentText = (key: string, document: unknown): string =>
  JSON.stringify(isObject(document) ? { documentVersion: versionOf(key), ...document } : document);

/** A document as it was handed over, from its text. Throws `DocumentOfNewerVersion`, and whatever JSON does. */
export const documentFrom = (key: string, text: string): unknown => {
  const value: unknown = JSON.parse(text);
  if (!isObject(value) || !('documentVersion' in value)) return value;
  const { documentVersion, ...document } = value;
  if (typeof documentVersion === 'number' && documentVersion <= versionOf(key)) return document;
  throw new DocumentOfNewerVersion(
    `${key} has version ${String(documentVersion)}, wanted ${versionOf(key)} or less: a newer version of irsa-auditor wrote it`,
  );
};

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
