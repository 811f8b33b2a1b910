import type { AwsSecurityFinding, Partition, Resource, SeverityLabel } from '@aws-sdk/client-securityhub';
import type { Transition } from '../history/transition.ts';
import { articleSteps, type Finding, factsOfPartition, parseArn, type Severity } from '../model.ts';
import { cut, given, visible } from '../text.ts';

/** Where findings are imported: the account and region that the auditor runs in. */
export interface HubPlace {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
}

const labels: Readonly<Record<Severity, SeverityLabel>> = {
  critical: 'CRITICAL',
  high: 'HIGH',
  medium: 'MEDIUM',
  low: 'LOW',
  info: 'INFORMATIONAL',
};
const article = 'https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors';

/** A transition in the AWS Security Finding Format. A finding that is resolved or waived is archived; one that is explained
 *  still fails: it stays, related to its cause. Its id stays, so that one finding is one line in the hub for its whole life. Lengths are those of the format. Severity and types stand in the provider's
 *  fields too: an update changes them only there (Security Hub API reference, `BatchImportFindings`). */
export const securityFinding = ({ after, at }: Transition, place: HubPlace): AwsSecurityFinding => {
  const { finding } = after;
  const archived = after.status === 'resolved' || after.status === 'waived';
  const productArn = `arn:${place.partition}:securityhub:${place.region}:${place.accountId}:product/${place.accountId}/default`;
  const idOf = (id: string): string => `irsa-auditor/${finding.accountId}/${id}`;
  const { explainedBy } = after;
  const related =
    explainedBy === undefined ? {} : { RelatedFindings: [{ ProductArn: productArn, Id: idOf(explainedBy) }] };
  return {
    SchemaVersion: '2018-10-08',
    Id: idOf(finding.id),
    ProductArn: productArn,
    ProductName: 'irsa-auditor',
    GeneratorId: `irsa-auditor/${finding.ruleId}`,
    AwsAccountId: place.accountId,
    Types: [typeOf(finding)],
    FindingProviderFields: { Severity: { Label: labels[finding.severity] }, Types: [typeOf(finding)], ...related },
    ...related,
    CreatedAt: after.firstSeenAt,
    UpdatedAt: at,
    Severity: { Label: labels[finding.severity] },
    Title: shown(cut(`${finding.ruleId}: ${finding.message}`, 200), 256),
    Description: shown(cut(finding.message, 800), 1024),
    Remediation: { Recommendation: { Text: shown(cut(finding.fix.summary, 400), 512), Url: article } },
    ProductFields: {
      'irsa-auditor/rule': finding.ruleId,
      'irsa-auditor/impact': finding.impact,
      ...(finding.articleStep === undefined
        ? {}
        : { 'irsa-auditor/step': String(articleSteps.indexOf(finding.articleStep) + 1) }),
    },
    Resources: [resourceOf(finding)],
    Compliance: { Status: after.status === 'resolved' ? 'PASSED' : 'FAILED' },
    Workflow: { Status: workflows[after.status] },
    RecordState: archived ? 'ARCHIVED' : 'ACTIVE',
  };
};

/** A waived finding still fails: it is suppressed. People are told of an explained one by its cause. */
const workflows = { open: 'NEW', explained: 'NOTIFIED', waived: 'SUPPRESSED', resolved: 'RESOLVED' } as const;

const typeOf = ({ impact }: Finding): string =>
  impact === 'exposes' ? 'Effects/Data Exposure' : 'Software and Configuration Checks/AWS Security Best Practices';

const resourceOf = (finding: Finding): Resource => {
  const arn = parseArn(finding.subject);
  const type = arn?.service === 'eks' ? 'AwsEksCluster' : arn?.resource.startsWith('role/') ? 'AwsIamRole' : 'Other';
  return {
    Type: type,
    Id: shown(finding.subject, 512),
    ...inFormat(arn?.partition),
    ...given({ Region: finding.region }),
  };
};

/** Of a resource in a partition that the format does not know nothing is said. */
const inFormat = (partition = ''): { readonly Partition?: Partition } =>
  factsOfPartition(partition)?.inSecurityFindings ? { Partition: partition as Partition } : {};

/** Text with its invisible characters escaped, at most `limit` UTF-16 units; no character is cut in half. */
const shown = (text: string, limit: number): string =>
  visible(text)
    .slice(0, limit)
    .replace(/\p{Cs}$/u, '');
