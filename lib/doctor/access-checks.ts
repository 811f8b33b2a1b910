/** Checks of what reaches the auditor: answers of clusters, and events of the fast lane. */
import { counted } from '../text/counted.ts';
import { shellQuote } from '../text/quote.ts';
import { type Check, checkWhereRead, failedCheck, ok, unreadCheck } from './verdict.ts';

/** Clusters that do not know the role that reads them: most often its access entry is that of an earlier role of this name
 *  (EKS API Reference, `AccessEntry`: EKS keeps the id of the role). */
export const accessEntries: Check = {
  id: 'access entries',
  of: ({ refusing, lastRun: read }) => {
    if (read.status !== 'complete' || read.value === undefined) return [];
    return refusing.map(({ accountId, region, clusterName, principalArn, entry }) => {
      const cluster = `cluster ${clusterName} (${region}, account ${accountId})`;
      const apply = `irsa-auditor init cluster --cluster ${shellQuote(clusterName)} --region ${region} --principal-arn ${principalArn} --apply`;
      if (entry.status !== 'complete')
        return failedCheck(
          `${cluster} did not know ${principalArn} in the last run; its access entry there could not be looked at`,
          `In that account: ${apply} makes the entry, or says why the one that is there admits nobody.`,
        );
      if (entry.value === undefined) return failedCheck(`${cluster} has no access entry for ${principalArn}`, apply);
      const { entryMadeAt, roleMadeAt } = entry.value;
      return Date.parse(entryMadeAt) < Date.parse(roleMadeAt)
        ? failedCheck(
            `the access entry of ${cluster} is of ${entryMadeAt}, the role of ${roleMadeAt}: it is that of an earlier role, and admits nobody`,
            `aws eks delete-access-entry --cluster-name ${shellQuote(clusterName)} --region ${region} --principal-arn ${principalArn}; then ${apply}`,
          )
        : failedCheck(
            `${cluster} did not know ${principalArn} in the last run, and has an access entry for it of ${entryMadeAt}`,
            'Where the entry was made since, run again.',
          );
    });
  },
};

/** A fast lane that hears nothing looks like one in which nothing happens. A change that the last run found may be one inside of a
 *  cluster, of which no event comes: a question mark, and no cross. */
export const fastLane: Check = {
  id: 'fast lane',
  of: ({ lastFastRun, lastRun: read }) => {
    if (lastFastRun.status === 'unavailable' && lastFastRun.reason.kind === 'not-asked-for') return [];
    return checkWhereRead(lastFastRun, startedAt => {
      if (startedAt !== undefined) return ok(`its last run began at ${startedAt}`);
      const changes = read.status === 'complete' ? (read.value?.transitions ?? 0) : 0;
      return changes === 0
        ? ok('it has heard of no change, and the last run found none')
        : unreadCheck(
            `it has heard of no change yet, and the last run found ${counted(changes, 'change')}: if one was made in IAM or EKS, no event came`,
            'Look for the stack of docs/member-events.yaml in each account and region, and for a trail with management events.',
          );
    });
  },
};
