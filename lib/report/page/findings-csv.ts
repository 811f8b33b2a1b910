import { csvOf } from '../../text.ts';
import type { PageFinding } from '../html/page-finding.ts';

const columns = [
  'severity',
  'impact',
  'ruleId',
  'accountId',
  'region',
  'clusters',
  'namespace',
  'serviceAccount',
  'roleArn',
  'subject',
  'message',
  'fix',
  'owner',
  'firstSeen',
  'waivedUntil',
  'waivedBy',
  'waiverReason',
  'id',
] as const;

/** Findings as CSV with a header: those that the list shows, in its order. */
export const findingsCsv = (findings: readonly PageFinding[]): string =>
  csvOf(
    columns,
    findings.map(({ fix, firstSeen, waiver, clusters, ...finding }) => ({
      severity: finding.severity,
      impact: finding.impact,
      ruleId: finding.ruleId,
      accountId: finding.accountId,
      region: finding.region,
      clusters: clusters.join(' '),
      namespace: finding.namespace,
      serviceAccount: finding.serviceAccount,
      roleArn: finding.roleArn,
      subject: finding.subject,
      message: finding.message,
      fix: [fix.summary, ...(fix.choice === undefined ? [] : [`Choose first: ${fix.choice}`])].join(' '),
      owner: finding.owner,
      firstSeen: firstSeen?.at,
      waivedUntil: waiver?.expires,
      waivedBy: waiver?.owner,
      waiverReason: waiver?.reason,
      id: finding.id,
    })),
  );
