/** Keys of items. Every part that comes from outside stands last, so that no name can imitate another key. */
import { factKey } from '../core/drift/watched-drift.ts';

/** The item collection of an account. */
export const accountKey = (accountId: string): string => `account#${accountId}`;
export const findingKey = (findingId: string): string => `finding#${findingId}`;
export const watchedPrefix = 'watched#';
export const findingPrefix = 'finding#';

/** Longest sort key that DynamoDB takes is 1,024 bytes; a subject is an ARN or a URL and stays far below. */
const longestSubject = 900;

export const watchedKey = (fact: { readonly kind: string; readonly subject: string }): string =>
  `${watchedPrefix}${factKey(fact).slice(0, longestSubject)}`;

/** Versions sort as text. */
export const versionKey = (version: number): string => `v${String(version).padStart(8, '0')}`;

/** Names one thing that is to be sent: the item and the version that made it. */
export const unsentKey = (pk: string, sk: string, version: number): string => `${pk}|${sk}|${version}`;

/** The parts of an `unsentKey`; undefined for anything else. */
export const parseUnsentKey = (
  key: string,
): { readonly pk: string; readonly sk: string; readonly version: number } | undefined => {
  const first = key.indexOf('|');
  const last = key.lastIndexOf('|');
  const version = Number(key.slice(last + 1));
  if (first < 0 || last <= first || !Number.isSafeInteger(version)) return undefined;
  return { pk: key.slice(0, first), sk: key.slice(first + 1, last), version };
};
