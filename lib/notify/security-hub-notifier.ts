import { BatchImportFindingsCommand, type SecurityHubClient } from '@aws-sdk/client-securityhub';
import type { Notifier } from '../audit/ports.ts';
import { DeliveryFailed } from './errors.ts';
import { putInBatches } from './put-in-batches.ts';
import { type HubPlace, securityFinding } from './security-finding.ts';

/** Security Hub takes 100 findings and 6 MB a call (its partner guide, "Guidelines for using the BatchImportFindings
 *  API"). */
const maxEntries = 100;
const maxBytes = 5_000_000;

/** Imports each transition of a digest into Security Hub: new, updated or archived. Throws `PartlyDelivered` with those
 *  that the hub did not take. */
export const securityHubNotifier = (
  name: string,
  client: SecurityHubClient,
  place: HubPlace | undefined,
): Notifier => ({
  name,
  everyFinding: true,
  send: async digest => {
    if (place === undefined) throw new DeliveryFailed(`${name}: the AWS account of the auditor is not known`);
    await putInBatches(digest, {
      service: 'Security Hub',
      maxEntries,
      maxBytes,
      entryOf: transition => securityFinding(transition, place),
      bytesOf: finding => Buffer.byteLength(JSON.stringify(finding)),
      put: async findings => {
        const { FailedCount = 0, FailedFindings = [] } = await client.send(
          new BatchImportFindingsCommand({ Findings: [...findings] }),
        );
        const codes = new Map(FailedFindings.map(({ Id, ErrorCode }) => [Id, ErrorCode ?? 'unknown'] as const));
        const unnamed = FailedCount > FailedFindings.length ? 'unknown' : undefined;
        return findings.map(({ Id }) => codes.get(Id) ?? unnamed);
      },
    });
    return 'sent';
  },
});
