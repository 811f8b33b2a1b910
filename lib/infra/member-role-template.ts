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

/** Values as a template writes them: texts of its own, parameters, or tokens of CDK. */
interface Written<Text> {
  readonly roleName: Text;
  readonly externalId: Text;
  readonly partition: string;
  /** The audited account, and that of the auditor with its name. */
  readonly accountId: string;
  readonly auditorAccountId: string;
  readonly name: string;
  readonly arn: (text: string) => Text;
}

/** A statement of the role: the calls that read an audited account. */
export const statementOf = <Text>({ actions, on }: Permission, { arn, ...parts }: Written<Text>) => ({
  Effect: 'Allow',
  Action: [...actions],
  Resource: on.flatMap(name => auditedArnsOf(name, parts)).map(text => (text === '*' ? text : arn(text))),
});

/**
 * The one role that a member account needs, as `CfnRole` of CDK takes it: read only, assumed by the auditor's collecting functions alone,
 * with an external id. The trust is in the account with a condition on the roles' ARNs: a role that is named as principal must exist before,
 * and is lost when it is created again.
 */
export const memberRole = <Text>(written: Written<Text>, statements: readonly object[]) => {
  const { roleName, externalId, partition, auditorAccountId, name, arn } = written;
  const inAuditor = (resource: string): Text => arn(`arn:${partition}:iam::${auditorAccountId}:${resource}`);
  return {
    roleName,
    description: 'Read by irsa-auditor',
    maxSessionDuration: 3600,
    assumeRolePolicyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: inAuditor('root') },
          Action: 'sts:AssumeRole',
          Condition: {
            StringEquals: { 'sts:ExternalId': externalId },
            ArnEquals: {
              'aws:PrincipalArn': ['account', 'cluster'].map(step => inAuditor(`role/${name}-collect-${step}`)),
            },
          },
        },
      ],
    },
    policies: [{ policyName: 'read', policyDocument: { Version: '2012-10-17', Statement: statements } }],
  };
};

const parameters: Written<object> = {
  ...{ roleName: { Ref: 'RoleName' }, externalId: { Ref: 'ExternalId' } },
  ...{ partition: `\${AWS::Partition}`, accountId: `\${AWS::AccountId}` },
  ...{ auditorAccountId: `\${AuditorAccountId}`, name: `\${AuditorName}` },
  arn: text => ({ 'Fn::Sub': text }),
};

const policyStatement = (permission: Permission) => {
  const choice = switchable.find(feature => feature === permission.when);
  const statement = statementOf(permission, parameters);
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

/** Properties as CloudFormation spells them. */
const spelled = (properties: object) =>
  Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name.replace(/^./, first => first.toUpperCase()), value]),
  );

const role = () => {
  const { policies, ...rest } = memberRole(parameters, memberPermissions(new Set(switchable)).map(policyStatement));
  return { Type: 'AWS::IAM::Role', Properties: { ...spelled(rest), Policies: policies.map(spelled) } };
};
