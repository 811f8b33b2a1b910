import { stringify } from 'yaml';
import type { Configuration } from '../config/configuration.ts';
import { featuresOf } from './features.ts';
import { memberPermissions, type Permission } from './permissions.ts';
import { auditedArnsOf } from './resource-arns.ts';

/** Parameters that leave out what a deployment does not read. */
const switches = {
  'role-details': { parameter: 'ReadRoleDetails', about: 'GetAccountAuthorizationDetails (roleDetails)' },
  'role-permissions': {
    parameter: 'ReadRolePermissions',
    about: 'policies of AWS (rolePermissions, with ReadRoleDetails)',
  },
  'unused-permissions': {
    parameter: 'ReadServiceUse',
    about: 'reports of services that roles called (unusedPermissions, with the two above)',
  },
  'cloud-trail': { parameter: 'ReadCloudTrail', about: 'LookupEvents (cloudTrail)' },
  'in-cluster': { parameter: 'ReadClusters', about: 'Pod Identity associations and add-ons (inCluster)' },
  rbac: { parameter: 'ReadAccessEntries', about: 'access entries and their policies (rbac)' },
} as const;
const switchable = Object.keys(switches) as readonly (keyof typeof switches)[];

/** Pseudo parameters as `Fn::Sub` writes them. */
const pseudo = { partition: `\${AWS::Partition}`, accountId: `\${AWS::AccountId}` };

const statementOf = (permission: Permission) => ({
  Effect: 'Allow',
  Action: [...permission.actions],
  Resource: permission.on
    .flatMap(name => auditedArnsOf(name, pseudo))
    .map(arn => (arn === '*' ? arn : { 'Fn::Sub': arn })),
});

const policyStatement = (permission: Permission) => {
  const choice = switchable.find(feature => feature === permission.when);
  const statement = statementOf(permission);
  return choice === undefined
    ? statement
    : { 'Fn::If': [switches[choice].parameter, statement, { Ref: 'AWS::NoValue' }] };
};

/** The parameters of the template for a deployment, all of them: one that an update leaves out goes back to its default. */
export const memberRoleParameters = (
  configuration: Configuration,
  auditorAccountId: string,
): Readonly<Record<string, string>> => {
  const features = featuresOf(configuration);
  return {
    AuditorAccountId: auditorAccountId,
    AuditorName: configuration.name,
    RoleName: configuration.memberRole.name,
    ExternalId: configuration.memberRole.externalId,
    ...Object.fromEntries(
      switchable.map(feature => [switches[feature].parameter, String(features.has(feature))] as const),
    ),
  };
};

/** The role of member accounts as plain CloudFormation, for StackSets: `docs/member-role.yaml` is this text. */
export const memberRoleTemplate = (): string => {
  const flags = switchable.map(feature => switches[feature]);
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Lets irsa-auditor read this account. Generated from lib/infra/permissions.ts.',
    Parameters: {
      AuditorAccountId: {
        Type: 'String',
        AllowedPattern: '^\\d{12}$',
        Description: 'Account that irsa-auditor runs in',
      },
      AuditorName: { Type: 'String', Default: 'irsa-auditor', Description: '`name` of its configuration' },
      RoleName: { Type: 'String', Default: 'irsa-auditor-read', Description: '`memberRole.name` of its configuration' },
      ExternalId: {
        Type: 'String',
        AllowedPattern: '[\\w+=,.@:/-]{2,1224}',
        Description: '`memberRole.externalId` of its configuration',
      },
      ...Object.fromEntries(
        flags.map(({ parameter, about }) => [
          parameter,
          { Type: 'String', AllowedValues: ['true', 'false'], Default: 'false', Description: `Allow ${about}` },
        ]),
      ),
    },
    Conditions: Object.fromEntries(
      flags.map(({ parameter }) => [parameter, { 'Fn::Equals': [{ Ref: parameter }, 'true'] }]),
    ),
    Resources: { Role: role() },
    Outputs: { RoleArn: { Value: { 'Fn::GetAtt': ['Role', 'Arn'] }, Description: 'Assumed by the auditor' } },
  };
  return stringify(template, { lineWidth: 120 });
};

const assumer = (step: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AuditorAccountId}:role/\${AuditorName}-${step}`,
});

const role = () => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName: { Ref: 'RoleName' },
    Description: 'Read by irsa-auditor',
    MaxSessionDuration: 3600,
    AssumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: { 'Fn::Sub': `arn:\${AWS::Partition}:iam::\${AuditorAccountId}:root` } },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'sts:ExternalId': { Ref: 'ExternalId' } },
            ArnEquals: { 'aws:PrincipalArn': [assumer('collect-account'), assumer('collect-cluster')] },
          },
        },
      ],
    },
    Policies: [
      {
        PolicyName: 'read',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: memberPermissions(new Set(switchable)).map(policyStatement),
        },
      },
    ],
  },
});
