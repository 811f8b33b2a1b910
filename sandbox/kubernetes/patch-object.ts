/** An object after a patch, by the content type of the patch. */

import { type JsonObject, objectOf } from '../../lib/text.ts';
import { unprocessable } from './answers.ts';
import { shapeOfKind } from './list-shapes.ts';
import { jsonPatch, mergePatch, RefusedOperation } from './patches.ts';
import { Refused } from './refused.ts';
import { strategicMerge } from './strategic-merge.ts';

/** A patch as it came. */
interface Patch {
  readonly contentType: string;
  readonly body: unknown;
}

/** Throws `Refused` where the patch cannot be applied, or its type is not known. */
export const patched = (before: JsonObject, { contentType, body }: Patch): JsonObject => {
  if (contentType.startsWith('application/strategic-merge-patch+json'))
    return strategicMerge(before, objectOf(body), shapeOfKind(String(before.kind)));
  if (contentType.startsWith('application/merge-patch+json')) return objectOf(mergePatch(before, body));
  if (!contentType.startsWith('application/json-patch+json'))
    throw new Refused({ status: 415, body: `the body of the request was in an unknown format: ${contentType}` });
  try {
    return objectOf(jsonPatch(before, Array.isArray(body) ? body : []));
  } catch (error) {
    if (error instanceof RefusedOperation) throw new Refused(unprocessable());
    throw error;
  }
};
