import { UsageError } from '../shell/io.ts';

/** An audit reads the account: not more often than every so many seconds. */
const leastAuditInterval = 60;

/** Milliseconds between two looks, of `--interval` in seconds: between audits made here an hour without it, between looks at a
 *  deployed auditor half a minute. Throws `UsageError` for audits that are too close. */
export const intervalMs = (given: number | undefined, isDeployed: boolean): number => {
  const seconds = given ?? (isDeployed ? 30 : 3600);
  if (!isDeployed && seconds < leastAuditInterval)
    throw new UsageError(
      `--interval ${seconds}: audits made here are at least ${leastAuditInterval} seconds apart; runs of a deployed auditor may be looked at more often`,
    );
  return seconds * 1000;
};
