/** Checks of what reaches the auditor: answers of clusters, and events of the fast lane. */
import { stateInWords, stateOfEntry } from '../fixes/access-entry.ts';
import { listed, shellQuote } from '../text.ts';
import { type Check, checkWhereRead, failedCheck, ok, unreadCheck } from './verdict.ts';

/** Clusters that do not know the role that reads them: most often its access entry is that of an earlier role of this name
 *  (EKS API Reference, `AccessEntry`: EKS keeps the id of the role). */
export const accessEntries: Check = {
  id: 'access entries',
  of: ({ refusing, lastRun: read }) => {
    if (read.status !== 'complete' || read.value === undefined) return [];
    return refusing.map(({ accountId, region, clusterName, principalArn, entry }) => {
      const cluster = `cluster ${clusterName} (${region}, account ${accountId})`;
      const state = stateOfEntry(entry);
      if (principalArn === undefined)
        return failedCheck(
          `${cluster} did not know the role that reads it in the last run, and that role could not be read`,
          'Ask again with iam:GetRole.',
        );
      const apply = `irsa-auditor init cluster --cluster ${shellQuote(clusterName)} --region ${region} --principal-arn ${principalArn} --apply`;
      if (state.kind === 'unknown')
        return failedCheck(
          `${cluster} did not know ${principalArn} in the last run; its access entry there could not be looked at`,
          `In that account: ${apply}; for all clusters: irsa-auditor init cluster --all`,
        );
      return state.kind === 'missing' || state.kind === 'outlived'
        ? failedCheck(`${cluster} ${stateInWords(state, principalArn)}`, apply)
        : failedCheck(
            `${cluster} did not know ${principalArn} in the last run, and has an access entry that is younger than the role`,
            'Where the entry was made since, run again.',
          );
    });
  },
};

/** A fast lane that hears nothing looks like one in which nothing happens, until a full run finds a change that an event should have
 *  told. */
export const fastLane: Check = {
  id: 'fast lane',
  of: ({ silentAccounts: read }) =>
    read.status === 'unavailable' && read.reason.kind === 'not-asked-for'
      ? []
      : checkWhereRead(read, silent => {
          if (silent === undefined)
            return unreadCheck('the last run failed, or there is none: only a full run can tell');
          if (silent.length === 0) return ok('events came from each account in which the last full run found changes');
          return failedCheck(
            `the last full run found changes in account ${listed(silent)}, and no event has come from there`,
            'In those accounts, unless the fast lane is newer than the changes: aws cloudtrail describe-trails (management events are logged), and in the region where IAM sends its events: aws cloudformation describe-stacks --stack-name irsa-auditor-events --region us-east-1 (the stack of docs/member-events.yaml).',
          );
        }),
};
