import type { World, WorldAccount, WorldControlPolicy, WorldOrganization } from '../world/world.ts';
import { AwsFault, type Call, count, type Operations, optionalText, page, text } from './operation.ts';

const id = 'o-sandbox000';

const organizationOf = (call: Call): WorldOrganization => {
  if (call.account !== call.world.accounts[0])
    throw new AwsFault('AccessDeniedException', "You don't have permissions to access this resource.");
  if (call.world.organization?.outside?.includes(call.account.accountId))
    throw new AwsFault('AWSOrganizationsNotInUseException', 'Your account is not a member of an organization.');
  return call.world.organization ?? { rootId: 'r-sbox', units: [], parents: {}, suspended: [] };
};

const managementOf = (world: World): WorldAccount | undefined => world.accounts[0];

const shown = (call: Call, organization: WorldOrganization, account: WorldAccount) => {
  const status = organization.suspended.includes(account.accountId) ? 'SUSPENDED' : 'ACTIVE';
  return {
    Id: account.accountId,
    Arn: `arn:${account.partition}:organizations::${managementOf(call.world)?.accountId}:account/${id}/${account.accountId}`,
    Email: `${account.accountId}@example.com`,
    Name: account.name,
    Status: status,
    State: status,
    JoinedMethod: 'CREATED',
    JoinedTimestamp: 1_700_000_000,
  };
};

const paged = <T>(call: Call, items: readonly T[]) =>
  page(items, count(call, 'MaxResults', 20, 20), optionalText(call, 'NextToken'));

const parentExists = (organization: WorldOrganization, parent: string): void => {
  if (parent === organization.rootId || organization.units.some(unit => unit.id === parent)) return;
  throw new AwsFault('ParentNotFoundException', "You specified parent that doesn't exist.");
};

/** The policies that AWS attaches everywhere when their type is turned on. */
const fullAccess = { RESOURCE_CONTROL_POLICY: 'RCPFullAWSAccess', SERVICE_CONTROL_POLICY: 'FullAWSAccess' } as const;
type PolicyType = keyof typeof fullAccess;

const ofAws = (Type: PolicyType) => ({ Id: `p-${fullAccess[Type]}`, Name: fullAccess[Type], AwsManaged: true, Type });

const typeIn = (call: Call): PolicyType => {
  const wanted = text(call, 'Filter');
  const found = (['RESOURCE_CONTROL_POLICY', 'SERVICE_CONTROL_POLICY'] as const).find(type => type === wanted);
  if (found === undefined)
    throw new AwsFault('InvalidInputException', `The sandbox has no policies of type ${wanted}.`);
  return found;
};

const ownOf = (call: Call, type: PolicyType): readonly WorldControlPolicy[] => {
  const { controlPolicies = [], servicePolicies = [] } = organizationOf(call);
  return type === 'RESOURCE_CONTROL_POLICY' ? controlPolicies : servicePolicies;
};

const summaryOf =
  (Type: PolicyType) =>
  ({ id: Id, name: Name }: WorldControlPolicy) => ({ Id, Name, AwsManaged: false, Type });

const allowAll = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

const policyOf = (call: Call) => {
  const { controlPolicies = [], servicePolicies = [] } = organizationOf(call);
  const found = [...controlPolicies, ...servicePolicies].find(policy => policy.id === text(call, 'PolicyId'));
  if (found) return found;
  throw new AwsFault('PolicyNotFoundException', "You specified a policy that doesn't exist.");
};

const typeOf = (target: string): string =>
  target.startsWith('r-') ? 'ROOT' : target.startsWith('ou-') ? 'ORGANIZATIONAL_UNIT' : 'ACCOUNT';

const parentOf = (call: Call): string => {
  const organization = organizationOf(call);
  const child = text(call, 'ChildId');
  const unit = organization.units.find(each => each.id === child);
  if (unit) return unit.parentId;
  if (call.world.accounts.some(account => account.accountId === child && !organization.outside?.includes(child)))
    return organization.parents[child] ?? organization.rootId;
  throw new AwsFault(
    'ChildNotFoundException',
    "We can't find an organizational unit (OU) or AWS account with the ChildId that you specified.",
  );
};

/** Organizations, as the management account sees it. */
export const organizationOperations: Operations = {
  DescribeOrganization: call => {
    organizationOf(call);
    const management = managementOf(call.world);
    return {
      Organization: {
        Id: id,
        Arn: `arn:aws:organizations::${management?.accountId}:organization/${id}`,
        FeatureSet: 'ALL',
        MasterAccountId: management?.accountId,
        MasterAccountArn: `arn:aws:organizations::${management?.accountId}:account/${id}/${management?.accountId}`,
        MasterAccountEmail: 'management@example.com',
        AvailablePolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }],
      },
    };
  },
  ListPolicies: call => {
    const type = typeIn(call);
    const { items, next } = paged(call, [ofAws(type), ...ownOf(call, type).map(summaryOf(type))]);
    return { Policies: items, NextToken: next };
  },
  ListPoliciesForTarget: call => {
    const type = typeIn(call);
    const target = text(call, 'TargetId');
    const own = ownOf(call, type).filter(({ targets }) => targets.includes(target));
    const hasAll = type === 'RESOURCE_CONTROL_POLICY' || !organizationOf(call).withoutFullAccess?.includes(target);
    const { items, next } = paged(call, [...(hasAll ? [ofAws(type)] : []), ...own.map(summaryOf(type))]);
    return { Policies: items, NextToken: next };
  },
  ListTargetsForPolicy: call => {
    const { items, next } = paged(call, policyOf(call).targets);
    return { Targets: items.map(TargetId => ({ TargetId, Type: typeOf(TargetId) })), NextToken: next };
  },
  DescribePolicy: call => {
    if (text(call, 'PolicyId') === 'p-FullAWSAccess')
      return { Policy: { PolicySummary: ofAws('SERVICE_CONTROL_POLICY'), Content: allowAll } };
    const { id: Id, name: Name, content: Content } = policyOf(call);
    return { Policy: { PolicySummary: { Id, Name, AwsManaged: false }, Content } };
  },
  ListParents: call => {
    const parent = parentOf(call);
    return { Parents: [{ Id: parent, Type: typeOf(parent) }] };
  },
  ListRoots: call => ({ Roots: [{ Id: organizationOf(call).rootId, Name: 'Root', PolicyTypes: [] }] }),
  ListAccounts: call => {
    const organization = organizationOf(call);
    const { items, next } = paged(call, call.world.accounts);
    return { Accounts: items.map(account => shown(call, organization, account)), NextToken: next };
  },
  ListAccountsForParent: call => {
    const organization = organizationOf(call);
    const parent = text(call, 'ParentId');
    parentExists(organization, parent);
    const children = call.world.accounts.filter(
      account => (organization.parents[account.accountId] ?? organization.rootId) === parent,
    );
    const { items, next } = paged(call, children);
    return { Accounts: items.map(account => shown(call, organization, account)), NextToken: next };
  },
  ListOrganizationalUnitsForParent: call => {
    const organization = organizationOf(call);
    const parent = text(call, 'ParentId');
    parentExists(organization, parent);
    const { items, next } = paged(
      call,
      organization.units.filter(unit => unit.parentId === parent),
    );
    return { OrganizationalUnits: items.map(unit => ({ Id: unit.id, Name: unit.name })), NextToken: next };
  },
};
