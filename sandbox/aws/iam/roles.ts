import { createHash } from 'node:crypto';
import { type WorldAccount, type WorldRole, worldRoleArn, worldTime } from '../../world/world.ts';
import { AwsFault, type Call, count, type Operations, optionalText, page, tagsOf, text, texts } from '../operation.ts';
import { useOperations } from './service-use.ts';

/** RFC 3986, as IAM writes policies in its answers. */
const urlEncoded = (document: string): string =>
  encodeURIComponent(document).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** The role that a call names. Throws IAM's NoSuchEntity. */
const roleOf = (call: Call): WorldRole => {
  const name = text(call, 'RoleName');
  const found = call.account.roles.find(role => role.name === name);
  if (found) return found;
  throw new AwsFault('NoSuchEntity', `The role with name ${name} cannot be found.`, 404);
};

const idOf = (arn: string): string =>
  `AROA${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`;

/** The fields of a role in ListRoles: no tags, no last use (docs/facts.md §G). */
const listed = (account: WorldAccount, role: WorldRole) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: idOf(worldRoleArn(account, role)),
  Arn: worldRoleArn(account, role),
  CreateDate: role.createdAt,
  AssumeRolePolicyDocument: urlEncoded(role.trustPolicy),
  MaxSessionDuration: 3600,
});

const tagList = (role: WorldRole) => Object.entries(role.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
const lastUsed = (role: WorldRole) =>
  role.lastUsedAt === undefined ? {} : { LastUsedDate: role.lastUsedAt, Region: 'eu-west-1' };
const attached = (role: WorldRole) =>
  role.attachedPolicyArns.map(PolicyArn => ({
    PolicyName: PolicyArn.slice(PolicyArn.lastIndexOf('/') + 1),
    PolicyArn,
  }));

/** Trust policies that IAM refuses to save: no JSON, or no statement. Its other checks are not imitated. */
const validPolicy = (document: string): string => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(document);
  } catch {
    throw new AwsFault('MalformedPolicyDocument', 'This policy contains invalid Json');
  }
  if (typeof parsed !== 'object' || parsed === null || !('Statement' in parsed))
    throw new AwsFault('MalformedPolicyDocument', 'Missing required field Statement');
  return document;
};

/** A page of IAM: `IsTruncated` with `Marker`. */
const iamPage = <T>(call: Call, items: readonly T[], standard: number) => {
  const { items: shown, next } = page(items, count(call, 'MaxItems', standard, 1000), optionalText(call, 'Marker'));
  return { shown, rest: { IsTruncated: next !== undefined, Marker: next } };
};

const createRole = (call: Call) => {
  const name = text(call, 'RoleName');
  if (call.account.roles.some(role => role.name === name))
    throw new AwsFault('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
  const role: WorldRole = {
    name,
    path: optionalText(call, 'Path') ?? '/',
    trustPolicy: validPolicy(text(call, 'AssumeRolePolicyDocument')),
    attachedPolicyArns: [],
    createdAt: worldTime(call.world),
    tags: tagsOf(call),
  };
  call.account.roles.push(role);
  return { Role: listed(call.account, role) };
};

const authorizationDetails = (call: Call) => {
  const filter = texts(call, 'Filter');
  const wants = (kind: string): boolean => filter.length === 0 || filter.includes(kind);
  const roles = wants('Role') ? call.account.roles : [];
  const policies = wants('LocalManagedPolicy') ? (call.account.policies ?? []) : [];
  const all = [...roles.map(role => ({ role })), ...policies.map(policy => ({ policy }))];
  const { shown, rest } = iamPage(call, all, 100);
  return {
    RoleDetailList: shown.flatMap(entry => ('role' in entry ? [detailed(call.account, entry.role)] : [])),
    Policies: shown.flatMap(entry =>
      'policy' in entry
        ? [
            {
              Arn: entry.policy.arn,
              PolicyName: entry.policy.arn.slice(entry.policy.arn.lastIndexOf('/') + 1),
              DefaultVersionId: 'v1',
              PolicyVersionList: [
                { VersionId: 'v1', IsDefaultVersion: true, Document: urlEncoded(entry.policy.document) },
              ],
            },
          ]
        : [],
    ),
    UserDetailList: [],
    GroupDetailList: [],
    ...rest,
  };
};

const detailed = (account: WorldAccount, role: WorldRole) => ({
  ...listed(account, role),
  InstanceProfileList: role.inProfile
    ? [{ Arn: `arn:${account.partition}:iam::${account.accountId}:instance-profile/${role.name}` }]
    : [],
  ...(role.boundary === undefined
    ? {}
    : { PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: role.boundary } }),
  RolePolicyList: (role.inlinePolicies ?? []).map(({ name, document }) => ({
    PolicyName: name,
    PolicyDocument: urlEncoded(document),
  })),
  AttachedManagedPolicies: attached(role),
  Tags: tagList(role),
  RoleLastUsed: lastUsed(role),
});

/** The text of a managed policy, of AWS or of the account. */
const managedPolicy = ({ world, account }: Call, arn: string): string => {
  const document = world.awsPolicies?.[arn] ?? account.policies?.find(policy => policy.arn === arn)?.document;
  if (document === undefined) throw new AwsFault('NoSuchEntity', `Policy ${arn} was not found.`, 404);
  return document;
};

/** IAM's roles. */
export const roleOperations: Operations = {
  ListRoles: call => {
    const prefix = optionalText(call, 'PathPrefix') ?? '/';
    const roles = call.account.roles.filter(role => role.path.startsWith(prefix));
    const { shown, rest } = iamPage(call, roles, 100);
    return { Roles: shown.map(role => listed(call.account, role)), ...rest };
  },
  GetRole: call => {
    const role = roleOf(call);
    return { Role: { ...listed(call.account, role), Tags: tagList(role), RoleLastUsed: lastUsed(role) } };
  },
  CreateRole: createRole,
  DeleteRole: call => {
    const role = roleOf(call);
    if (role.attachedPolicyArns.length > 0)
      throw new AwsFault('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
    call.account.roles.splice(call.account.roles.indexOf(role), 1);
    return {};
  },
  UpdateAssumeRolePolicy: call => {
    roleOf(call).trustPolicy = validPolicy(text(call, 'PolicyDocument'));
    return {};
  },
  ListAttachedRolePolicies: call => {
    const { shown, rest } = iamPage(call, attached(roleOf(call)), 100);
    return { AttachedPolicies: shown, ...rest };
  },
  AttachRolePolicy: call => {
    const role = roleOf(call);
    const arn = text(call, 'PolicyArn');
    if (!role.attachedPolicyArns.includes(arn)) role.attachedPolicyArns.push(arn);
    return {};
  },
  DetachRolePolicy: call => {
    const role = roleOf(call);
    const arn = text(call, 'PolicyArn');
    if (!role.attachedPolicyArns.includes(arn)) throw new AwsFault('NoSuchEntity', `Policy ${arn} was not found.`, 404);
    role.attachedPolicyArns = role.attachedPolicyArns.filter(known => known !== arn);
    return {};
  },
  ListRolePolicies: call => ({
    PolicyNames: (roleOf(call).inlinePolicies ?? []).map(({ name }) => name),
    IsTruncated: false,
  }),
  TagRole: call => {
    const role = roleOf(call);
    role.tags = { ...role.tags, ...tagsOf(call) };
    return {};
  },
  UntagRole: call => {
    const role = roleOf(call);
    const keys = new Set(texts(call, 'TagKeys'));
    role.tags = Object.fromEntries(Object.entries(role.tags ?? {}).filter(([key]) => !keys.has(key)));
    return {};
  },
  ListRoleTags: call => ({ Tags: tagList(roleOf(call)), IsTruncated: false }),
  ...useOperations,
  GetAccountAuthorizationDetails: authorizationDetails,
  GetPolicy: call => {
    const arn = text(call, 'PolicyArn');
    managedPolicy(call, arn);
    return { Policy: { Arn: arn, PolicyName: arn.slice(arn.lastIndexOf('/') + 1), DefaultVersionId: 'v1' } };
  },
  GetPolicyVersion: call => ({
    PolicyVersion: {
      VersionId: 'v1',
      IsDefaultVersion: true,
      Document: urlEncoded(managedPolicy(call, text(call, 'PolicyArn'))),
      CreateDate: '2026-11-01T06:00:00Z',
    },
  }),
  ListAccountAliases: call => ({
    AccountAliases: call.account.alias === undefined ? [] : [call.account.alias],
    IsTruncated: false,
  }),
};
