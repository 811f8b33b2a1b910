/** The last full run that has read every account: what fast runs are compared with. */

import * as z from 'zod';
import { DocumentInvalid } from '../kit/errors.ts';
import { snapshotSchemaVersion } from '../model.ts';
import { lastReadKey } from './document-keys.ts';
import { findDocument } from './documents.ts';
import type { DocumentStore } from './ports.ts';

const baseShape = z.object({
  schemaVersion: z.literal(snapshotSchemaVersion),
  runId: z.string(),
  /** Times are ISO 8601. */
  startedAt: z.string(),
  /** When it had read every account. */
  readBy: z.string(),
});

/** `last-read.json`: the full run that a fast run lays its own reading over. Whatever became of it afterwards, it has read
 *  everything, and what it wrote of accounts was judged by that. */
export type BaseRun = z.output<typeof baseShape>;

/** The last full run that has read everything. None where there was no such run yet, or its documents are of another
 *  version than this one reads, or no JSON: the next full run writes its own and tells then. */
export const findBase = async (documents: DocumentStore): Promise<BaseRun | undefined> => {
  try {
    const found = await findDocument(documents, lastReadKey, (value): value is object => typeof value === 'object');
    return baseShape.safeParse(found).data;
  } catch (error) {
    if (error instanceof DocumentInvalid) return undefined;
    throw error;
  }
};
