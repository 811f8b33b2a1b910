import type { AwsSecurityFinding, Resource } from '@aws-sdk/client-securityhub';
import type { Transition } from '../core/drift/transition.ts';
import { parseArn } from '../core/model/arn.ts';
import { articleSteps, type Finding, type Severity } from '../core/model/finding.ts';
import { cut, visible } from '../core/report/visible-text.ts';

/** Where findings are imported: the account and region that the auditor runs in. */
export interface HubPlace {
  readonly partition: string;
  readonly accountId: string;
  readonly region: string;
}

const labels = { critical: 'CRITICAL', high: 'HIGH', medium: 'MEDIUM', low: 'LOW', info: 'INFORMATIONAL' } as const;
const article = 'https://repost.aws/knowledge-center/eks-troubleshoot-irsa-errors';

/** A transition in the AWS Security Finding Format. A resolved finding is archived; its id stays, so that one finding is
 *  one line in the hub for its whole life. Lengths are those of the format. */
export const securityFinding = ({ after, at }: Transition, place: HubPlace): AwsSecurityFinding => {
  const { finding } = after;
  const archived = after.status !== 'open';
  return {
    SchemaVersion: '2018-10-08',
    Id: `irsa-auditor/${finding.accountId}/${finding.id}`,
    ProductArn: `arn:${place.partition}:securityhub:${place.region}:${place.accountId}:product/${place.accountId}/default`,
    ProductName: 'irsa-auditor',
    GeneratorId: `irsa-auditor/${finding.ruleId}`,
    AwsAccountId: place.accountId,
    Types: [typeOf(finding)],
    CreatedAt: after.firstSeenAt,
    UpdatedAt: at,
    Severity: { Label: labels[finding.severity satisfies Severity] },
    Title: visible(cut(`${finding.ruleId}: ${finding.message}`, 200)).slice(0, 256),
    Description: visible(cut(finding.message, 800)).slice(0, 1024),
    Remediation: { Recommendation: { Text: visible(cut(finding.fix.summary, 400)).slice(0, 512), Url: article } },
    ProductFields: {
      'irsa-auditor/rule': finding.ruleId,
      'irsa-auditor/impact': finding.impact,
      ...(finding.articleStep === undefined
        ? {}
        : { 'irsa-auditor/step': String(articleSteps.indexOf(finding.articleStep) + 1) }),
    },
    Resources: [resourceOf(finding)],
    Compliance: { Status: archived ? 'PASSED' : 'FAILED' },
    Workflow: { Status: archived ? 'RESOLVED' : 'NEW' },
    RecordState: archived ? 'ARCHIVED' : 'ACTIVE',
  };
};

const typeOf = ({ impact }: Finding): string =>
  impact === 'exposes' ? 'Effects/Data Exposure' : 'Software and Configuration Checks/AWS Security Best Practices';

const resourceOf = (finding: Finding): Resource => {
  const arn = parseArn(finding.subject);
  const type = arn?.service === 'eks' ? 'AwsEksCluster' : arn?.resource.startsWith('role/') ? 'AwsIamRole' : 'Other';
  return {
    Type: type,
    Id: visible(finding.subject).slice(0, 512),
    ...(arn === undefined ? {} : { Partition: partitionFor(arn.partition) }),
    ...(finding.region === undefined ? {} : { Region: finding.region }),
  };
};

const partitionFor = (partition: string): 'aws' | 'aws-cn' | 'aws-us-gov' =>
  partition === 'aws-cn' || partition === 'aws-us-gov' ? partition : 'aws';
