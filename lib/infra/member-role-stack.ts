import { AccountPrincipal, PolicyDocument, Role } from 'aws-cdk-lib/aws-iam';
import { Aws, CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Configuration } from '../config/configuration.ts';
import { type Feature, featuresOf } from './features.ts';
import { memberPermissions } from './permissions.ts';
import { auditedArnsOf } from './resource-arns.ts';

interface MemberRoleStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly auditorAccountId: string;
}

/**
 * The one role that a member account needs: read only, assumed by the auditor's collecting functions alone, with an
 * external id. The trust is in the account with a condition on the roles' ARNs: a role that is named as principal must
 * exist before, and is lost when it is created again.
 */
export class MemberRoleStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberRoleStackProps) {
    super(scope, id, { description: 'Lets irsa-auditor read this account', ...props });
    const { configuration, auditorAccountId } = props;
    const statements = memberStatements(featuresOf(configuration), {
      partition: Aws.PARTITION,
      accountId: Aws.ACCOUNT_ID,
    });
    const role = new Role(this, 'Role', {
      roleName: configuration.memberRole.name,
      description: 'Read by irsa-auditor',
      maxSessionDuration: Duration.hours(1),
      externalIds: [configuration.memberRole.externalId],
      assumedBy: new AccountPrincipal(auditorAccountId).withConditions({
        ArnEquals: { 'aws:PrincipalArn': assumersOf(configuration.name, Aws.PARTITION, auditorAccountId) },
      }),
      inlinePolicies: { read: PolicyDocument.fromJson({ Version: '2012-10-17', Statement: statements }) },
    });
    new CfnOutput(this, 'RoleArn', { value: role.roleArn, description: 'Assumed by the auditor' });
  }
}

/** The permissions of the role in its account: exactly the calls that read an audited account. */
const memberStatements = (
  features: ReadonlySet<Feature>,
  parts: { readonly partition: string; readonly accountId: string },
): readonly object[] =>
  memberPermissions(features).map((permission, index) => ({
    Sid: `Read${index + 1}`,
    Effect: 'Allow',
    Action: permission.actions,
    Resource: permission.on.flatMap(name => auditedArnsOf(name, parts)),
  }));

/** The roles of the auditor that may assume it, by name. */
const assumersOf = (name: string, partition: string, auditorAccountId: string): readonly string[] =>
  ['collect-account', 'collect-cluster'].map(step => `arn:${partition}:iam::${auditorAccountId}:role/${name}-${step}`);
