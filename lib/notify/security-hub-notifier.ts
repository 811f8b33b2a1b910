import { BatchImportFindingsCommand, type SecurityHubClient } from '@aws-sdk/client-securityhub';
import type { Notifier } from '../audit/ports.ts';
import { DeliveryFailed } from './errors.ts';
import { type HubPlace, securityFinding } from './security-finding.ts';

const findingsACall = 100;

/** Imports each transition of a digest into Security Hub: new, updated or archived. Throws `DeliveryFailed` with the codes
 *  of what the hub refused. */
export const securityHubNotifier = (
  name: string,
  client: SecurityHubClient,
  place: HubPlace | undefined,
): Notifier => ({
  name,
  send: async digest => {
    if (place === undefined) throw new DeliveryFailed(`${name}: the AWS account of the auditor is not known`);
    const findings = digest.transitions.map(transition => securityFinding(transition, place));
    for (let start = 0; start < findings.length; start += findingsACall) {
      const { FailedCount = 0, FailedFindings = [] } = await client.send(
        new BatchImportFindingsCommand({ Findings: findings.slice(start, start + findingsACall) }),
      );
      if (FailedCount > 0) {
        const codes = [...new Set(FailedFindings.map(({ ErrorCode }) => ErrorCode))].join(', ');
        throw new DeliveryFailed(`Security Hub refused ${FailedCount} of ${findings.length} findings: ${codes}`);
      }
    }
    return 'sent';
  },
});
