import { CfnRole } from 'aws-cdk-lib/aws-iam';
import { Aws, CfnOutput, Stack, type StackProps } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Configuration } from '../config/configuration.ts';
import { featuresOf } from './features.ts';
import { memberRole, statementOf } from './member-role-template.ts';
import { memberPermissions } from './permissions.ts';

interface MemberRoleStackProps extends StackProps {
  readonly configuration: Configuration;
  readonly auditorAccountId: string;
}

/** The role of a member account, in a stack. Its id is made of Role and Resource, as that of CDK's `Role`. */
export class MemberRoleStack extends Stack {
  constructor(scope: Construct, id: string, props: MemberRoleStackProps) {
    super(scope, id, { description: 'Lets irsa-auditor read this account', ...props });
    const { configuration, auditorAccountId } = props;
    const { name, memberRole: wanted } = configuration;
    const written = {
      ...{ name, auditorAccountId, partition: Aws.PARTITION, accountId: Aws.ACCOUNT_ID },
      ...{ roleName: wanted.name, externalId: wanted.externalId, arn: (text: string) => text },
    };
    const statements = memberPermissions(featuresOf(configuration)).map((permission, index) => ({
      ...{ Sid: `Read${index + 1}` },
      ...statementOf(permission, written),
    }));
    const role = new CfnRole(new Construct(this, 'Role'), 'Resource', memberRole(written, statements));
    new CfnOutput(this, 'RoleArn', { value: role.attrArn, description: 'Assumed by the auditor' });
  }
}
