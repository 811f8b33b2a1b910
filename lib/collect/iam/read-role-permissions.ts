/** The permissions of the roles of an account, with the level of each role that pods or nodes can have. */
import type { IAMClient } from '@aws-sdk/client-iam';
import {
  type AccountPermissions,
  type Collected,
  complete,
  type Gap,
  type PolicyTexts,
  parseArn,
  type Role,
  type RolePermissions,
  readFailuresOf,
  type ServiceControls,
  unavailable,
  valueOr,
  withGaps,
} from '../../model.ts';
import { trustPolicyOf, trustsPodIdentity } from '../../policy.ts';
import { principalsTrusted, servicesTrusted } from '../../reach/account-roles.ts';
import { levelsOf } from '../../reach/levels-of.ts';
import { given } from '../../text.ts';
import { invalidAnswer } from '../unread-from-error.ts';
import { actionTable } from './action-table.ts';
import { type AuthorizationDetails, detailsOperation, type RoleEntry } from './authorization-details.ts';
import { type ManagedPolicyCache, readManagedPolicies } from './managed-policies.ts';
import { policyText } from './policy-text.ts';

/** How permissions are read, and what is kept between accounts. */
export interface PermissionReading {
  readonly cache: ManagedPolicyCache;
  /** The instant of the run, which tells runs apart. */
  readonly run: string;
  readonly concurrency: number;
  /** The service control policies over the account; absent where they were not asked for. */
  readonly controls?: Collected<ServiceControls> | undefined;
}

/** The permissions of roles, from the details of the account and the policies of AWS that its roles have. */
export const readRolePermissions = async (
  iam: IAMClient,
  section: Collected<readonly Role[]>,
  details: AuthorizationDetails,
  { cache, run, concurrency, controls }: PermissionReading,
): Promise<Collected<AccountPermissions>> => {
  if (section.status === 'unavailable') return section;
  if (details.end && details.roles.size === 0) return unavailable(details.end);
  const roles = Object.fromEntries([...details.roles].map(([arn, role]) => [arn, permissionsOf(role)]));
  const managed = await readManagedPolicies(iam, ofAws(roles), run, cache, concurrency);
  const texts: PolicyTexts = { roles, policies: { ...ownPolicies(roles, details), ...managed } };
  const levels = await levelsOfAll(section, texts, run, controls && valueOr(controls, undefined));
  const unread = Object.entries(managed).flatMap(([arn, text]): readonly Gap[] =>
    text.status === 'unavailable' ? [{ what: `policy ${arn}`, reason: text.reason }] : [],
  );
  const gaps: readonly Gap[] = [
    ...(section.status === 'partial' ? section.gaps : []),
    ...(details.end ? [{ what: 'permissions of roles', reason: details.end }] : []),
    ...unread,
    ...(controls ? readFailuresOf(controls).map(reason => ({ what: 'service control policies', reason })) : []),
  ];
  const isUnderControls = controls?.status === 'complete';
  return withGaps(
    {
      ...ofPods(section.value, texts),
      levels,
      profiles: profilesOf(section.value, texts),
      ...(isUnderControls ? { isUnderControls } : {}),
    },
    gaps,
  );
};

const permissionsOf = (role: RoleEntry): RolePermissions => ({
  inline: role.RolePolicyList.map(({ PolicyName, PolicyDocument }) => ({
    name: PolicyName,
    document: policyText(PolicyDocument),
  })),
  attached: role.AttachedManagedPolicies.map(({ PolicyArn }) => PolicyArn),
  ...given({ boundary: role.PermissionsBoundary?.PermissionsBoundaryArn }),
  tags: Object.fromEntries(role.Tags.map(({ Key, Value }) => [Key, Value])),
  instanceProfiles: role.InstanceProfileList.map(({ Arn }) => Arn),
});

const managedArns = (roles: Readonly<Record<string, RolePermissions>>): readonly string[] => [
  ...new Set(
    Object.values(roles).flatMap(({ attached, boundary }) => [
      ...attached,
      ...(boundary === undefined ? [] : [boundary]),
    ]),
  ),
];

const isOfAws = (arn: string): boolean => parseArn(arn)?.accountId === 'aws';
const ofAws = (roles: Readonly<Record<string, RolePermissions>>): readonly string[] =>
  managedArns(roles).filter(isOfAws);

const ownPolicies = (roles: Readonly<Record<string, RolePermissions>>, details: AuthorizationDetails) =>
  Object.fromEntries(
    managedArns(roles)
      .filter(arn => !isOfAws(arn))
      .map(arn => {
        const text = details.policies.get(arn);
        const missing = details.end ?? invalidAnswer(detailsOperation, `the answer has no text of ${arn}`);
        return [arn, text === undefined ? unavailable<string>(missing) : complete(text)];
      }),
  );

const levelsOfAll = async (
  section: Exclude<Collected<readonly Role[]>, { readonly status: 'unavailable' }>,
  texts: PolicyTexts,
  now: string,
  controls: ServiceControls | undefined,
) => {
  const [first] = section.value;
  const arn = parseArn(first?.arn ?? '');
  if (arn === undefined) return {};
  const wanted = section.value.filter(role => isOfPods(role) || isOfNodes(role, texts)).map(role => role.arn);
  return levelsOf(
    wanted,
    {
      accountId: arn.accountId,
      partition: arn.partition,
      now,
      roles: section.value,
      isComplete: section.status === 'complete',
      texts,
      ...given({ controls }),
    },
    await actionTable(),
  );
};

/** A role that pods can assume: by a token of a cluster, or by EKS Pod Identity. */
const isOfPods = (role: Role): boolean =>
  trustsPodIdentity(trustPolicyOf(role)) || principalsTrusted(role, 'Federated').length > 0;

/** A role of instances, which pods on them can have too. */
const isOfNodes = (role: Role, { roles }: PolicyTexts): boolean =>
  servicesTrusted(role).some(service => /^ec2\.amazonaws\.com(?:\.cn)?$/.test(service)) &&
  roles[role.arn]?.instanceProfiles.length !== 0;

/** The roles of nodes by their instance profiles. */
const profilesOf = (all: readonly Role[], texts: PolicyTexts): Readonly<Record<string, string>> =>
  Object.fromEntries(
    all
      .filter(role => isOfNodes(role, texts))
      .flatMap(({ arn }) => (texts.roles[arn]?.instanceProfiles ?? []).map(profile => [profile, arn])),
  );

/** The texts that are kept: those of roles that pods can assume. */
const ofPods = (all: readonly Role[], { roles, policies }: PolicyTexts): PolicyTexts => {
  const arns = new Set(all.filter(isOfPods).map(({ arn }) => arn));
  const kept = Object.fromEntries(Object.entries(roles).filter(([arn]) => arns.has(arn)));
  const wanted = new Set(managedArns(kept));
  return { roles: kept, policies: Object.fromEntries(Object.entries(policies).filter(([arn]) => wanted.has(arn))) };
};
