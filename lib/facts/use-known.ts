/** IAM tells of a use of a role some hours later (docs/facts.md §G): of one day or less nothing follows. */
const knownWithinMs = 24 * 60 * 60_000;

/** True where IAM would know of a use since an instant, ISO 8601; false where the instant is not known. */
export const wouldBeKnown = (since: string | undefined, now: string): boolean =>
  since !== undefined && Date.parse(now) - Date.parse(since) > knownWithinMs;
