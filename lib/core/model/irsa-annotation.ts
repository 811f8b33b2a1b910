/** Keys by which the webhook is told about a service account or a pod, and the near misses of them that people write.
 *  Source: docs/facts.md §D.1. */

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
  const nearPrefix = written === prefix || mistakenPrefixes.has(written) || editDistance(written, prefix) <= 3;
  if (!nearPrefix) return lower === roleArnKey || lower === `${prefix}.role-arn`;
  return mistakenNames.has(bare) || editDistance(name, 'role-arn') <= 2;
};

/** Number of single-character insertions, deletions and replacements between two texts (Levenshtein). */
export const editDistance = (a: string, b: string): number => {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, replaced));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
};

/** The nearest of some names, if one is near enough to be what was meant; the first of equals. */
export const nearestName = (wanted: string, names: Iterable<string>): string | undefined => {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of names) {
    if (Math.abs(name.length - wanted.length) >= bestDistance) continue;
    const distance = editDistance(wanted, name);
    if (distance < bestDistance && name !== wanted) {
      best = name;
      bestDistance = distance;
    }
  }
  return best;
};
