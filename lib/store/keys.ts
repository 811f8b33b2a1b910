/** Keys of items. Every part that comes from outside stands last, so that no name can imitate another key. */
import { factKey } from '../history/watched-drift.ts';

/** The item collection of an account. */
export const accountKey = (accountId: string): string => `account#${accountId}`;

/** A finding: the sort key in its account, and the partition of its history. */
export const findingKey = (findingId: string): string => `finding#${findingId}`;

/** Begins the sort key of every watched fact of an account. */
export const watchedPrefix = 'watched#';

/** Begins the sort key of every finding of an account. */
export const findingPrefix = 'finding#';

/** The one item that says when an account was last confirmed. */
export const watermarkKey = 'watermark';

/** DynamoDB takes sort keys of 1,024 bytes; a subject is an ARN or a URL and stays far below. */
const maxSubject = 900;

/** A watched fact's sort key in its account. */
export const watchedKey = (fact: { readonly kind: string; readonly subject: string }): string =>
  `${watchedPrefix}${factKey(fact).slice(0, maxSubject)}`;

/** The sort key of one step in a finding's history. The run is part of it: of two runs that write the same version at
 *  once one loses, and its entry is told apart by the run. */
export const historyKey = (version: number, runId: string): string => `v${String(version).padStart(8, '0')}#${runId}`;

/** Names one thing that is to be sent: the item, and the step that made it (of a finding its key in the history, of a
 *  fact the run). A finding that comes back after it was forgotten begins at version 1 again, by another run. */
export const unsentKey = (pk: string, sk: string, step: string): string => `${pk}|${sk}|${step}`;

/** The parts of an `unsentKey`; undefined for anything else. */
export const parseUnsentKey = (
  key: string,
): { readonly pk: string; readonly sk: string; readonly step: string } | undefined => {
  const first = key.indexOf('|');
  const last = key.lastIndexOf('|');
  if (first < 0 || last <= first) return undefined;
  return { pk: key.slice(0, first), sk: key.slice(first + 1, last), step: key.slice(last + 1) };
};
