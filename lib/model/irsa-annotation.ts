/** Keys by which the webhook is told about a service account or a pod, and the near misses of them that people write.
 *  Source: docs/facts.md §D.1. */

import { nearest } from '../text.ts';

/** The annotation that ties a service account to a role. */
export const roleArnKey = 'eks.amazonaws.com/role-arn';
export const audienceKey = 'eks.amazonaws.com/audience';
export const tokenExpirationKey = 'eks.amazonaws.com/token-expiration';
export const regionalEndpointsKey = 'eks.amazonaws.com/sts-regional-endpoints';
/** On a pod: names of containers that the webhook leaves alone, separated by commas, blanks not trimmed. */
export const skipContainersKey = 'eks.amazonaws.com/skip-containers';
/** A label of a pod: the newer managed webhook's objectSelector leaves such pods out (§D.3). */
export const skipWebhookLabel = 'eks.amazonaws.com/skip-pod-identity-webhook';

const prefix = 'eks.amazonaws.com';

/** Prefixes that people write for `eks.amazonaws.com`, too far from it for a spelling distance. */
const mistakenPrefixes: ReadonlySet<string> = new Set([
  'eks.amazon.com',
  'eks.aws.com',
  'eks.aws.amazon.com',
  'amazonaws.com',
  'aws.amazon.com',
  'iam.amazonaws.com',
  'sts.amazonaws.com',
  'eks.amazonaws.com.cn',
]);

const mistakenNames: ReadonlySet<string> = new Set(['rolearn', 'role', 'arn', 'iamrolearn', 'iamrole', 'rolesarn']);

/**
 * True if a key was plainly meant as `eks.amazonaws.com/role-arn` and is not: another case, an underscore, a mistyped
 * prefix, kube2iam's `iam.amazonaws.com/role`. The webhook takes no notice of such a key (pod-identity-webhook#200).
 */
export const isNearMissKey = (key: string): boolean => {
  if (key === roleArnKey) return false;
  const lower = key.trim().toLowerCase();
  const slash = lower.indexOf('/');
  const written = slash < 0 ? '' : lower.slice(0, slash);
  const name = slash < 0 ? lower : lower.slice(slash + 1);
  const bare = name.replace(/[-_.\s]/g, '');
  const nearPrefix = written === prefix || mistakenPrefixes.has(written) || nearest(written, [prefix], 3) !== undefined;
  if (!nearPrefix) return lower === `${prefix}.role-arn`;
  // EKS has no other key that begins so.
  if (written === prefix && name.startsWith('role')) return true;
  return mistakenNames.has(bare) || name === 'role-arn' || nearest(name, ['role-arn'], 2) !== undefined;
};

/** A letter of a pattern in either case. */
const caseless = (text: string): string =>
  [...text].map(one => (/[a-z]/.test(one) ? `[${one}${one.toUpperCase()}]` : one.replace('.', '[.]'))).join('');

/** A pattern for texts that differ from another one in at most one character. */
const nearly = (text: string): string => {
  const parts = [...text].map(caseless);
  const around = (at: number, by: string, taken = 1): string =>
    [...parts.slice(0, at), by, ...parts.slice(at + taken)].join('');
  return [
    ...parts.map((_, at) => around(at, '[^/]?')),
    ...[...parts, ''].map((_, at) => around(at, '[^/]', 0)),
    ...parts.slice(1).map((part, at) => around(at, `${part}${parts[at]}`, 2)),
  ].join('|');
};

/**
 * A regular expression for near misses of the role's key: those with a prefix and a name that are known, and those in which
 * one character of either is wrong. Each key that it matches is a near miss for `isNearMissKey`, but for the right key, which it
 * matches, too. It stands where edits cannot be counted, and is in the syntax of RE2.
 */
export const nearMissPattern: string = (() => {
  const prefixes = [nearly(prefix), ...[...mistakenPrefixes].map(caseless)].join('|');
  const spread = (name: string): string => [...name].map(caseless).join('[-_.]*');
  const names = [nearly('role-arn'), ...[...mistakenNames].map(spread)].join('|');
  return `^(?:${prefixes})/(?:${names})$|^${caseless(`${prefix}.role-arn`)}$`;
})();
