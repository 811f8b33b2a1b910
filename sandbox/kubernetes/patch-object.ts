/** An object after a patch, by the content type of the patch. */
import { unprocessable } from './answers.ts';
import { type Json, jsonOr } from './json-value.ts';
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
export const patched = (before: Json, { contentType, body }: Patch): Json => {
  if (contentType.startsWith('application/strategic-merge-patch+json'))
    return strategicMerge(before, jsonOr(body), shapeOfKind(String(before.kind)));
  if (contentType.startsWith('application/merge-patch+json')) return jsonOr(mergePatch(before, body));
  if (!contentType.startsWith('application/json-patch+json'))
    throw new Refused({ status: 415, body: `the body of the request was in an unknown format: ${contentType}` });
  try {
    return jsonOr(jsonPatch(before, Array.isArray(body) ? body : []));
  } catch (error) {
    if (error instanceof RefusedOperation) throw new Refused(unprocessable());
    throw error;
  }
};
