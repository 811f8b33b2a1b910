/**
 * Who may do what: the permissions of each step as data. Roles, the member role, `docs/permissions.md` and the test that
 * compares them with the SDK commands of the code are all made from this table.
 */

import { type FunctionName, functionNames } from '../audit/contract.ts';
import { given } from '../text.ts';
import type { Feature } from './features.ts';

/** The purpose of a permission. `any` stands only on actions for which IAM knows no resource. */
export type ResourceName =
  | 'any'
  | 'control-policies'
  | 'service-control-policies'
  | 'organization-members'
  | 'organizational-units'
  | 'iam-quotas'
  | 'oidc-providers'
  | 'aws-policies'
  | 'roles'
  | 'clusters'
  | 'pod-identity-associations'
  | 'addons'
  | 'access-entries'
  | 'member-roles'
  | 'table'
  | 'table-indexes'
  | 'bucket'
  | 'documents-read'
  | 'documents-written'
  | 'dead-letters'
  | 'schedule-dead-letters'
  | 'topic'
  | 'operations-topic'
  | 'topic-key'
  | 'changes-queue'
  | 'fast-machine';

/** `reads`: also needed in a member account, and therefore of the member role. */
export interface Permission {
  readonly actions: readonly string[];
  readonly on: readonly ResourceName[];
  readonly why: string;
  readonly when?: Feature;
  readonly reads?: 'audited-account';
}

const inAudited = (why: string, on: ResourceName, actions: readonly string[], when?: Feature): Permission => ({
  why,
  on: [on],
  actions,
  reads: 'audited-account',
  ...given({ when }),
});

const assumeMembers: Permission = {
  why: 'read member accounts through their one read-only role',
  on: ['member-roles'],
  actions: ['sts:AssumeRole'],
  when: 'members',
};
const writeDocuments: Permission = {
  why: 'write its own parts of the run',
  on: ['documents-written'],
  actions: ['s3:PutObject'],
};
const readDocuments: readonly Permission[] = [
  { why: 'read the parts of the run that it needs', on: ['documents-read'], actions: ['s3:GetObject'] },
  // Of the whole bucket: S3 answers a read of a missing key with 404 to whoever may list the bucket, and with 403 else (S3 API
  // reference, `GetObject`). This read has no `s3:prefix`, so that a permission with this condition would not count for it.
  { why: 'tell a missing part from a forbidden one', on: ['bucket'], actions: ['s3:ListBucket'] },
];
const countOpen: Permission = { why: 'count what is open', on: ['table-indexes'], actions: ['dynamodb:Query'] };

/** The permissions of each step beside writing its own log and trace. The permissions of notify-drift for a destination
 *  stand in the table of destinations (`lib/config/destinations.ts`). */
export const permissions: Readonly<Record<FunctionName, readonly Permission[]>> = {
  'list-targets': [
    {
      why: 'list the accounts of the organization',
      on: ['any'],
      actions: ['organizations:ListAccounts'],
      when: 'organization',
    },
    {
      why: 'list the accounts and units of a unit',
      on: ['organizational-units'],
      actions: ['organizations:ListAccountsForParent', 'organizations:ListOrganizationalUnitsForParent'],
      when: 'organization',
    },
    {
      why: 'which organization it is, whose accounts are trusted, and which account manages it',
      on: ['any'],
      actions: ['organizations:DescribeOrganization'],
      when: 'organization-identity',
    },
    {
      why: 'the resource control policies of the organization',
      on: ['any'],
      actions: ['organizations:ListPolicies'],
      when: 'control-policies',
    },
    {
      why: 'text and targets of a resource control policy',
      on: ['control-policies'],
      actions: ['organizations:DescribePolicy', 'organizations:ListTargetsForPolicy'],
      when: 'control-policies',
    },
    {
      why: 'text and targets of a service control policy',
      on: ['service-control-policies'],
      actions: ['organizations:DescribePolicy', 'organizations:ListTargetsForPolicy'],
      when: 'service-controls',
    },
    {
      why: 'whether a policy of AWS stands beside one of the organization',
      on: ['organization-members', 'organizational-units'],
      actions: ['organizations:ListPoliciesForTarget'],
      when: 'service-controls',
    },
    {
      why: 'the units above an account',
      on: ['organization-members'],
      actions: ['organizations:ListParents'],
      when: 'control-policies',
    },
    {
      why: 'note that a run goes on; where another one does, that it is skipped',
      on: ['table'],
      actions: ['dynamodb:UpdateItem', 'dynamodb:GetItem'],
    },
    writeDocuments,
  ],
  'collect-account': [
    inAudited('list providers, roles and the alias', 'any', [
      'iam:ListOpenIDConnectProviders',
      'iam:ListRoles',
      'iam:ListAccountAliases',
    ]),
    inAudited('audiences and thumbprints', 'oidc-providers', ['iam:GetOpenIDConnectProvider']),
    inAudited('last use and policies of roles', 'any', ['iam:GetAccountAuthorizationDetails'], 'role-details'),
    inAudited(
      'texts of the policies of AWS that roles have',
      'aws-policies',
      ['iam:GetPolicy', 'iam:GetPolicyVersion'],
      'role-permissions',
    ),
    inAudited(
      'a report of the services that a role called',
      'roles',
      ['iam:GenerateServiceLastAccessedDetails'],
      'unused-permissions',
    ),
    inAudited('that report', 'any', ['iam:GetServiceLastAccessedDetails'], 'unused-permissions'),
    inAudited('the quota of the length of trust policies, of an account that is near it', 'any', [
      'iam:GetAccountSummary',
    ]),
    inAudited('quotas of IAM, of an account that is near one', 'iam-quotas', ['servicequotas:GetServiceQuota']),
    inAudited('list clusters', 'any', ['eks:ListClusters']),
    inAudited('issuer and state of a cluster', 'clusters', ['eks:DescribeCluster']),
    inAudited('AssumeRoleWithWebIdentity calls', 'any', ['cloudtrail:LookupEvents'], 'cloud-trail'),
    assumeMembers,
    ...readDocuments,
    writeDocuments,
  ],
  'collect-cluster': [
    inAudited('Pod Identity associations of a cluster', 'clusters', ['eks:ListPodIdentityAssociations'], 'in-cluster'),
    inAudited(
      'role of an association',
      'pod-identity-associations',
      ['eks:DescribePodIdentityAssociation'],
      'in-cluster',
    ),
    inAudited('add-ons of a cluster', 'clusters', ['eks:ListAddons'], 'in-cluster'),
    inAudited('role of an add-on', 'addons', ['eks:DescribeAddon'], 'in-cluster'),
    inAudited('access entries of a cluster', 'clusters', ['eks:ListAccessEntries'], 'rbac'),
    inAudited(
      'groups and access policies of an access entry',
      'access-entries',
      ['eks:DescribeAccessEntry', 'eks:ListAssociatedAccessPolicies'],
      'rbac',
    ),
    inAudited(
      'which certificate authority signs, of a cluster that has several (optional)',
      'clusters',
      ['eks:ListCertificateAuthorities', 'eks:DescribeCertificateAuthority'],
      'in-cluster',
    ),
    assumeMembers,
    ...readDocuments,
    writeDocuments,
  ],
  'index-issuers': [...readDocuments, writeDocuments],
  'probe-issuers': [...readDocuments, writeDocuments],
  'evaluate-account': [
    ...readDocuments,
    writeDocuments,
    {
      why: "an account's findings: read, and written on the condition of their version",
      on: ['table'],
      actions: ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'],
    },
  ],
  'notify-drift': [
    ...readDocuments,
    writeDocuments,
    countOpen,
    {
      why: 'what is unsent: read, marked as sent, by one run at a time',
      on: ['table'],
      actions: ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem'],
    },
    { why: 'say what the last run read, and which runs were skipped', on: ['table'], actions: ['dynamodb:Query'] },
    {
      why: 'hold digests while nobody has confirmed, and say in the weekly summary who has not',
      on: ['topic', 'operations-topic'],
      actions: ['sns:ListSubscriptionsByTopic'],
    },
    { why: 'send the digest', on: ['topic'], actions: ['sns:Publish'] },
    { why: 'keep what no destination takes', on: ['dead-letters'], actions: ['sqs:SendMessage'] },
    {
      why: 'topics and queue are encrypted with it',
      on: ['topic-key'],
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      when: 'customer-key',
    },
  ],
  'complete-run': [
    ...readDocuments,
    writeDocuments,
    countOpen,
    {
      why: 'the record of the run, and those of earlier ones for the trend; close the findings of accounts that are no longer audited',
      on: ['table'],
      actions: ['dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'],
    },
    { why: 'note that the run is over', on: ['table'], actions: ['dynamodb:DeleteItem'] },
    {
      why: 'Lambda keeps there, in its name, a failed run that it could not record',
      on: ['schedule-dead-letters'],
      actions: ['sqs:SendMessage'],
    },
    {
      why: 'that queue is encrypted with it',
      on: ['topic-key'],
      actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
      when: 'customer-key',
    },
  ],
  'note-changes': [
    {
      why: 'take what the accounts of the organization tell',
      on: ['changes-queue'],
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    },
    { why: 'note it for its run', on: ['documents-written'], actions: ['s3:PutObject'] },
    { why: 'start that run', on: ['fast-machine'], actions: ['states:StartExecution'] },
  ],
  'plan-fast-run': [...readDocuments, writeDocuments],
  'overlay-issuers': [...readDocuments, writeDocuments],
};

/** The feature that a function is deployed for; all others are part of every deployment. */
const neededFor: Readonly<Partial<Record<FunctionName, Feature>>> = {
  'collect-cluster': 'in-cluster',
  'note-changes': 'fast-lane',
  'plan-fast-run': 'fast-lane',
  'overlay-issuers': 'fast-lane',
};

/** The functions of a deployment. */
export const stepsWith = (wanted: ReadonlySet<Feature>): readonly FunctionName[] =>
  functionNames.filter(step => {
    const feature = neededFor[step];
    return feature === undefined || wanted.has(feature);
  });

/** The permissions of a step under a set of features. */
export const permissionsOf = (step: FunctionName, wanted: ReadonlySet<Feature>): readonly Permission[] =>
  permissions[step].filter(permission => permission.when === undefined || wanted.has(permission.when));

/** Everything that is read in an audited account: the whole of the member role. */
export const memberPermissions = (wanted: ReadonlySet<Feature>): readonly Permission[] =>
  (['collect-account', 'collect-cluster'] as const).flatMap(step =>
    permissionsOf(step, wanted).filter(permission => permission.reads === 'audited-account'),
  );
