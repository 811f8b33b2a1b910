import { createHash } from 'node:crypto';
import * as z from 'zod';
import { isDnsLabel, isDnsSubdomain } from '../model.ts';
import { cutMark, maxKept } from '../text.ts';

/** Characters of a name that are kept: no name in Kubernetes or EKS has more (Kubernetes, "Object Names and IDs"). */
const maxName = 253;

/** The text itself, or its beginning with the mark of `lib/text/cut-mark.ts`; never longer than `limit`. */
export const boundedText = (text: string, limit: number = maxKept): string => {
  if (text.length <= limit) return text;
  const mark = cutMark(text.length, createHash('sha256').update(text).digest('hex').slice(0, 16));
  // Half of a surrogate pair would be no text.
  return `${text.slice(0, limit - mark.length).replace(/[\ud800-\udbff]$/, '')}${mark}`;
};

/** A text of an answer, cut to what is kept. */
export const worldText = z.string().transform(text => boundedText(text));

/** A name of an answer, cut to what is kept. */
export const worldName = z.string().transform(text => boundedText(text, maxName));

/** A name of an object of Kubernetes. Any other is of no API server: it might be taken for an option of kubectl. */
export const objectName = z.string().refine(isDnsSubdomain);

/** A name of a namespace. */
export const namespaceName = z.string().refine(isDnsLabel);

/** An ARN, a name or a URL that must be there. */
export const requiredText = z
  .string()
  .min(1)
  .transform(text => boundedText(text));

/** The text of a policy: more than `maxPolicyLength` is refused by whoever parses it, encoded or not. */
export const worldPolicy = z.string().transform(text => boundedText(text, 400_000));

/** Characters of the key of an annotation, a label or a tag: more are refused by Kubernetes and AWS. */
export const maxKey = 317;

/** The first entries of a map, with values cut to what is kept; none with a key that nobody could have written. */
export const boundedEntries = (
  entries: readonly (readonly [key: string, value: string])[],
  most: number,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    entries
      .filter(([key]) => key.length <= maxKey)
      .slice(0, most)
      .map(([key, value]) => [key, boundedText(value)]),
  );
