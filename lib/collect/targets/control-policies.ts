/** Reads the resource and service control policies of the caller's organization: once for all accounts of a run. */
import {
  DescribeOrganizationCommand,
  DescribePolicyCommand,
  ListParentsCommand,
  ListPoliciesCommand,
  ListPoliciesForTargetCommand,
  ListTargetsForPolicyCommand,
  type OrganizationsClient,
} from '@aws-sdk/client-organizations';
import * as z from 'zod';
import type { ControlPolicyReader, Target } from '../../audit/target.ts';
import { inParallel } from '../../kit/in-parallel.ts';
import {
  type Collected,
  type ControlPolicyTable,
  complete,
  type Gap,
  type OrganizationPolicy,
  unavailable,
  valueOr,
  withGaps,
} from '../../model.ts';
import { given } from '../../text.ts';
import { type PagedList, pagesOf } from '../pages.ts';

import { invalidAnswer, readFailureFromError } from '../unread-from-error.ts';
import { worldName } from '../world-text.ts';
import { accountsUnder } from './organization-accounts.ts';

/** An organization has at most 1,000 of them; accounts lie at most five units deep. */
const maxPages = 100;
const maxDepth = 8;
/** Members that are asked for their units one by one. Of more, the units that have policies are listed downwards: twenty
 *  accounts a call, so that 5,000 accounts take some 250 calls and fit into the step. */
const climbAtMost = 100;
const atOnce = 4;

const listOf = (operation: string): PagedList => ({ operation, maxPages, name: 'the list' });

const token = z.string().min(1).nullish();
const policyPage = z.object({
  Policies: z.array(z.object({ Id: z.string().min(1), Name: worldName, AwsManaged: z.boolean().default(false) })),
  NextToken: token,
});
const targetPage = z.object({
  Targets: z.array(z.object({ TargetId: z.string().min(1), Type: z.string() })),
  NextToken: token,
});
const described = z.object({ Policy: z.object({ Content: z.string().max(200_000) }) });
const organization = z.object({ Organization: z.object({ MasterAccountId: z.string().regex(/^\d{12}$/) }) });
const parentPage = z.object({ Parents: z.array(z.object({ Id: z.string().min(1), Type: z.string() })).min(1) });

/**
 * A reader over the caller's own credentials: those of the account that manages the organization, or of a delegated
 * administrator. With `areMembers` every target is known to be of the organization. Never throws: what is refused is a
 * gap. With `services` the service control policies are read too. Calls: one where the organization has no policy of its own, for each account that is not known to be a member one
 * more, else `docs/permissions.md`.
 */
export const organizationsControlPolicyReader = (
  client: OrganizationsClient,
  areMembers: boolean,
  { services: wantsServices = false }: { readonly services?: boolean } = {},
): ControlPolicyReader => ({
  read: async targets => {
    const listed = await listPolicies(client, 'RESOURCE_CONTROL_POLICY');
    if (listed.status === 'unavailable')
      return listed.reason.message.startsWith('AWSOrganizationsNotInUseException')
        ? withoutOrganization(targets, wantsServices)
        : listed;
    const policies = await readAttached(client, listed.value);
    const services = wantsServices ? await readServices(client) : undefined;
    const attached = [...policies, ...(services === undefined ? [] : valueOr(services, []))];
    const isInherited = attached.some(({ targets: on }) => on.status === 'unavailable' || on.value.some(isAbove));
    const manager = attached.length === 0 ? complete('') : await readManager(client);
    const below =
      isInherited && areMembers && targets.length > climbAtMost ? await listBelow(client, attached) : undefined;
    const parents = new Map<string, Promise<Collected<string>>>();
    const chainOf = async ({ accountId, roleArn }: Target): Promise<Collected<readonly string[]>> => {
      if (manager.status === 'unavailable') return manager;
      if (accountId === manager.value) return complete([]);
      if (below !== undefined) return chainFrom(below, accountId);
      const isMember = areMembers || roleArn === undefined;
      return isMember && !isInherited ? complete([accountId]) : climb(client, accountId, parents);
    };
    const chains = await inParallel(
      targets,
      atOnce,
      async target => [target.accountId, await chainOf(target)] as const,
    );
    const table = { policies, chains: Object.fromEntries(chains), ...given({ services }) };
    return listed.status === 'partial' ? withGaps(table, listed.gaps) : complete(table);
  },
});

/** The policies that are attached somewhere, or may be. */
const readAttached = async (
  client: OrganizationsClient,
  listed: readonly Listed[],
): Promise<readonly OrganizationPolicy[]> => {
  const policies = await inParallel(listed, atOnce, policy => readPolicy(client, policy));
  return policies.filter(({ targets: on }) => on.status === 'unavailable' || on.value.length > 0);
};

/**
 * The service control policies of the organization that are attached, and AWS's own where they are attached beside one of
 * them: each root, unit and account has one at least, so that those without one of the organization have AWS's.
 */
const readServices = async (client: OrganizationsClient): Promise<Collected<readonly OrganizationPolicy[]>> => {
  const listed = await listPolicies(client, 'SERVICE_CONTROL_POLICY');
  if (listed.status === 'unavailable') return listed;
  const own = await readAttached(client, listed.value);
  const ids = [...new Set(own.flatMap(({ targets }) => valueOr(targets, [])))];
  const beside = await inParallel(ids, atOnce, id => readBeside(client, id));
  const refused = beside.find(one => one.status === 'unavailable');
  if (refused?.status === 'unavailable') return refused;
  const found = beside.flatMap((one, at) => valueOr(one, []).map(policy => ({ ...policy, target: ids[at] ?? '' })));
  const ofAws = await inParallel([...Map.groupBy(found, ({ id }) => id).values()], atOnce, async group => {
    const [{ id, name } = { id: '', name: '' }] = group;
    return { id, name, targets: complete(group.map(({ target }) => target)), document: await readText(client, id) };
  });
  const all = [...own, ...ofAws];
  return listed.status === 'partial' ? withGaps(all, listed.gaps) : complete(all);
};

/** The policies of AWS itself that are attached to a root, a unit or an account. */
const readBeside = async (client: OrganizationsClient, TargetId: string): Promise<Collected<readonly Listed[]>> => {
  const read = await pagesOf(listOf('organizations:ListPoliciesForTarget'), async from => {
    const command = new ListPoliciesForTargetCommand({ TargetId, Filter: 'SERVICE_CONTROL_POLICY', NextToken: from });
    const { Policies, NextToken } = policyPage.parse(await client.send(command));
    return { items: Policies, next: NextToken };
  });
  if (read.status === 'partial') return unavailable(reasonOf(read.gaps));
  if (read.status === 'unavailable') return read;
  return complete(read.value.filter(({ AwsManaged }) => AwsManaged).map(({ Id, Name }) => ({ id: Id, name: Name })));
};

const isAbove = (target: string): boolean => !/^\d{12}$/.test(target);

/** The accounts below each root and unit that has a policy; every member is below the root. */
type Below = readonly (readonly [id: string, accounts: Collected<ReadonlySet<string>> | 'all'])[];

const listBelow = (client: OrganizationsClient, attached: readonly OrganizationPolicy[]): Promise<Below> => {
  const above = new Set(attached.flatMap(({ targets: on }) => valueOr(on, []).filter(isAbove)));
  return inParallel([...above], atOnce, async id => {
    if (id.startsWith('r-')) return [id, 'all'] as const;
    const accounts = await attempt('organizations:ListAccountsForParent', async () => {
      const found = await accountsUnder(client, [id]);
      return new Set(found.map(({ Id }) => Id)) as ReadonlySet<string>;
    });
    return [id, accounts] as const;
  });
};

/** The ids with policies whose accounts this one is among. */
const chainFrom = (below: Below, accountId: string): Collected<readonly string[]> => {
  const chain = [accountId];
  for (const [id, accounts] of below) {
    if (accounts !== 'all' && accounts.status === 'unavailable') return accounts;
    if (accounts === 'all' || accounts.value.has(accountId)) chain.push(id);
  }
  return complete(chain);
};

/** An account outside of any organization has no such policies; of the others nothing is known. */
const withoutOrganization = (targets: readonly Target[], services: boolean): Collected<ControlPolicyTable> => {
  const reason = {
    kind: 'not-found',
    operation: 'organizations:ListPolicies',
    message: 'the account of the auditor is in no organization',
  } as const;
  return complete({
    policies: [],
    ...(services ? { services: complete([]) } : {}),
    chains: Object.fromEntries(
      targets.map(({ accountId, roleArn }) => [
        accountId,
        roleArn === undefined ? complete([accountId]) : unavailable(reason),
      ]),
    ),
  });
};

type Listed = Pick<OrganizationPolicy, 'id' | 'name'>;

/** AWS's own policy allows everything and is attached everywhere, or nearly: it is left out. */
const listPolicies = async (
  client: OrganizationsClient,
  Filter: 'RESOURCE_CONTROL_POLICY' | 'SERVICE_CONTROL_POLICY',
): Promise<Collected<readonly Listed[]>> => {
  const read = await pagesOf(listOf('organizations:ListPolicies'), async from => {
    const command = new ListPoliciesCommand({ Filter, NextToken: from });
    const { Policies, NextToken } = policyPage.parse(await client.send(command));
    return { items: Policies, next: NextToken };
  });
  if (read.status === 'unavailable') return read;
  const own = read.value.filter(({ AwsManaged }) => !AwsManaged).map(({ Id, Name }) => ({ id: Id, name: Name }));
  return read.status === 'partial' ? withGaps(own, read.gaps) : complete(own);
};

const readPolicy = async (client: OrganizationsClient, policy: Listed): Promise<OrganizationPolicy> => {
  const targets = await pagesOf(listOf('organizations:ListTargetsForPolicy'), async from => {
    const command = new ListTargetsForPolicyCommand({ PolicyId: policy.id, NextToken: from });
    const { Targets, NextToken } = targetPage.parse(await client.send(command));
    return { items: Targets.map(({ TargetId }) => TargetId), next: NextToken };
  });
  // A list of which a part is missing tells not where the policy does not apply.
  const whole = targets.status === 'partial' ? unavailable<readonly string[]>(reasonOf(targets.gaps)) : targets;
  if (whole.status === 'complete' && whole.value.length === 0)
    return { ...policy, targets: whole, document: complete('') };
  return { ...policy, targets: whole, document: await readText(client, policy.id) };
};

const readText = (client: OrganizationsClient, PolicyId: string): Promise<Collected<string>> =>
  attempt('organizations:DescribePolicy', async () => {
    const command = new DescribePolicyCommand({ PolicyId });
    return described.parse(await client.send(command)).Policy.Content;
  });

const reasonOf = ([first]: readonly Gap[]) =>
  first?.reason ?? invalidAnswer('organizations:ListTargetsForPolicy', 'a part is missing');

const readManager = (client: OrganizationsClient): Promise<Collected<string>> =>
  attempt('organizations:DescribeOrganization', async () => {
    const answer = organization.parse(await client.send(new DescribeOrganizationCommand({})));
    return answer.Organization.MasterAccountId;
  });

/** The ids from an account up to the root. Units are asked once, however many accounts lie in them. */
const climb = async (
  client: OrganizationsClient,
  accountId: string,
  parents: Map<string, Promise<Collected<string>>>,
): Promise<Collected<readonly string[]>> => {
  const chain = [accountId];
  for (let child = accountId; !child.startsWith('r-'); ) {
    if (chain.length > maxDepth)
      return unavailable(invalidAnswer('organizations:ListParents', 'the units have no root'));
    const asked = parents.get(child) ?? readParent(client, child);
    parents.set(child, asked);
    const parent = await asked;
    if (parent.status === 'unavailable') return parent;
    chain.push(parent.value);
    child = parent.value;
  }
  return complete(chain);
};

const readParent = (client: OrganizationsClient, ChildId: string): Promise<Collected<string>> =>
  attempt('organizations:ListParents', async () => {
    const { Parents } = parentPage.parse(await client.send(new ListParentsCommand({ ChildId })));
    return Parents[0]?.Id ?? '';
  });

const attempt = async <T>(operation: string, work: () => Promise<T>): Promise<Collected<T>> => {
  try {
    return complete(await work());
  } catch (error) {
    return unavailable(readFailureFromError(error, operation));
  }
};
