/**
 * IAM, STS, EKS, Organizations, CloudTrail and Service Quotas. Source: Service Authorization Reference of each.
 */
import { type Call, type Needed, type Operations, onAll, regionalArn, text } from './needed.ts';

const role =
  (action: string) =>
  ({ partition, accountId, input }: Call): readonly Needed[] => [
    { action, resource: `arn:${partition}:iam::${accountId}:role/${text(input, 'RoleName')}` },
  ];
const named =
  (action: string, parameter: string) =>
  ({ input }: Call): readonly Needed[] => [{ action, resource: text(input, parameter) }];

/** IAM. */
export const iam: Operations = {
  ...Object.fromEntries(
    [
      ...['ListRoles', 'ListOpenIDConnectProviders', 'ListAccountAliases', 'GetAccountSummary'],
      ...['GetAccountAuthorizationDetails', 'GetServiceLastAccessedDetails', 'ListPolicies'],
    ].map(name => [name, onAll(`iam:${name}`)]),
  ),
  GetOpenIDConnectProvider: named('iam:GetOpenIDConnectProvider', 'OpenIDConnectProviderArn'),
  DeleteOpenIDConnectProvider: named('iam:DeleteOpenIDConnectProvider', 'OpenIDConnectProviderArn'),
  AddClientIDToOpenIDConnectProvider: named('iam:AddClientIDToOpenIDConnectProvider', 'OpenIDConnectProviderArn'),
  RemoveClientIDFromOpenIDConnectProvider: named(
    'iam:RemoveClientIDFromOpenIDConnectProvider',
    'OpenIDConnectProviderArn',
  ),
  UpdateOpenIDConnectProviderThumbprint: named('iam:UpdateOpenIDConnectProviderThumbprint', 'OpenIDConnectProviderArn'),
  CreateOpenIDConnectProvider: ({ partition, accountId, input }) => [
    {
      action: 'iam:CreateOpenIDConnectProvider',
      resource: `arn:${partition}:iam::${accountId}:oidc-provider/${text(input, 'Url').replace('https://', '')}`,
    },
  ],
  GetPolicy: named('iam:GetPolicy', 'PolicyArn'),
  GetPolicyVersion: named('iam:GetPolicyVersion', 'PolicyArn'),
  GenerateServiceLastAccessedDetails: named('iam:GenerateServiceLastAccessedDetails', 'Arn'),
  ...Object.fromEntries(
    [
      ...['GetRole', 'ListAttachedRolePolicies', 'ListRolePolicies', 'GetRolePolicy', 'UpdateAssumeRolePolicy'],
      ...['AttachRolePolicy', 'DetachRolePolicy', 'PutRolePolicy', 'DeleteRolePolicy', 'TagRole', 'UntagRole'],
      ...['DeleteRole', 'CreateRole', 'ListRoleTags', 'UpdateRole'],
    ].map(name => [name, role(`iam:${name}`)]),
  ),
};

/** STS: everybody may ask who they are (IAM User Guide, `GetCallerIdentity`); a token of a cluster is no key of AWS. */
export const sts: Operations = {
  GetCallerIdentity: () => [],
  AssumeRole: ({ input }) => [
    {
      action: 'sts:AssumeRole',
      resource: text(input, 'RoleArn'),
      context: {
        'sts:RoleSessionName': text(input, 'RoleSessionName'),
        ...(typeof input.ExternalId === 'string' ? { 'sts:ExternalId': input.ExternalId } : {}),
      },
    },
  ],
};

const cluster =
  (action: string, parameter = 'clusterName') =>
  (call: Call): readonly Needed[] => [
    { action, resource: regionalArn(call, 'eks', `cluster/${text(call.input, parameter)}`) },
  ];
/** Ids that AWS makes are not in the request and policies cannot know them: one stands for all. */
const uuid = '0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9';
const association =
  (action: string) =>
  (call: Call): readonly Needed[] => {
    const name = `podidentityassociation/${text(call.input, 'clusterName')}/${text(call.input, 'associationId')}`;
    return [{ action, resource: regionalArn(call, 'eks', name) }];
  };
const addon =
  (action: string) =>
  (call: Call): readonly Needed[] => {
    const name = `addon/${text(call.input, 'clusterName')}/${text(call.input, 'addonName')}/${uuid}`;
    return [{ action, resource: regionalArn(call, 'eks', name) }];
  };
const accessEntry =
  (action: string) =>
  (call: Call): readonly Needed[] => {
    const [, , , , accountId = '', principal = ''] = text(call.input, 'principalArn').split(':');
    const [kind = '', ...name] = principal.split('/');
    const entry = `access-entry/${text(call.input, 'clusterName')}/${kind}/${accountId}/${name.at(-1)}/${uuid}`;
    return [{ action, resource: regionalArn(call, 'eks', entry) }];
  };

/** EKS. */
export const eks: Operations = {
  ListClusters: onAll('eks:ListClusters'),
  DescribeCluster: cluster('eks:DescribeCluster', 'name'),
  ListPodIdentityAssociations: cluster('eks:ListPodIdentityAssociations'),
  DescribePodIdentityAssociation: association('eks:DescribePodIdentityAssociation'),
  ListAddons: cluster('eks:ListAddons'),
  DescribeAddon: addon('eks:DescribeAddon'),
  ListAccessEntries: cluster('eks:ListAccessEntries'),
  CreateAccessEntry: cluster('eks:CreateAccessEntry'),
  DescribeAccessEntry: accessEntry('eks:DescribeAccessEntry'),
  ListAssociatedAccessPolicies: accessEntry('eks:ListAssociatedAccessPolicies'),
  AssociateAccessPolicy: accessEntry('eks:AssociateAccessPolicy'),
  UpdateAccessEntry: accessEntry('eks:UpdateAccessEntry'),
  DeleteAccessEntry: accessEntry('eks:DeleteAccessEntry'),
};

const entity = ({ partition, organization }: Call, id: string): string => {
  const kind = id.startsWith('ou-') ? 'ou' : id.startsWith('r-') ? 'root' : 'account';
  return `arn:${partition}:organizations::${organization.managementAccountId}:${kind}/${organization.id}/${id}`;
};
const onEntity =
  (action: string, parameter: string) =>
  (call: Call): readonly Needed[] => [{ action, resource: entity(call, text(call.input, parameter)) }];
const onPolicy =
  (action: string) =>
  (call: Call): readonly Needed[] => [{ action, resource: call.policyArn(text(call.input, 'PolicyId')) }];

/** Organizations. */
export const organizations: Operations = {
  DescribeOrganization: onAll('organizations:DescribeOrganization'),
  ListAccounts: onAll('organizations:ListAccounts'),
  ListRoots: onAll('organizations:ListRoots'),
  ListPolicies: onAll('organizations:ListPolicies'),
  ListAccountsForParent: onEntity('organizations:ListAccountsForParent', 'ParentId'),
  ListOrganizationalUnitsForParent: onEntity('organizations:ListOrganizationalUnitsForParent', 'ParentId'),
  ListParents: onEntity('organizations:ListParents', 'ChildId'),
  ListPoliciesForTarget: onEntity('organizations:ListPoliciesForTarget', 'TargetId'),
  DescribePolicy: onPolicy('organizations:DescribePolicy'),
  ListTargetsForPolicy: onPolicy('organizations:ListTargetsForPolicy'),
};

/** CloudTrail. */
export const cloudtrail: Operations = { LookupEvents: onAll('cloudtrail:LookupEvents') };

/** Service Quotas. */
export const servicequotas: Operations = {
  GetServiceQuota: call => {
    const quota = `${text(call.input, 'ServiceCode')}/${text(call.input, 'QuotaCode')}`;
    return [{ action: 'servicequotas:GetServiceQuota', resource: regionalArn(call, 'servicequotas', quota) }];
  },
};
