/** The statements of a role that name services which it never called, and those statements without them. Pure, total. */
import type { PolicyTexts, RolePermissions } from '../model.ts';
import { compilePolicies, mayCoverAction, type NamedPolicy, type PermissionStatement } from '../policy.ts';

/** A statement with actions of such services. */
export interface UnusedActions {
  /** The name of an inline policy, or the ARN of a managed one. */
  readonly policy: string;
  readonly label: string;
  /** Its actions as written, and those that are left; none: the whole statement can go. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** The parts of a role's policies that allow services that it never called. */
interface UnusedServices {
  /** Services without a call, those that a statement names first. */
  readonly services: readonly string[];
  readonly statements: readonly UnusedActions[];
  /** Statements that allow services without naming them, as `label of policy`: they cannot be edited by what was not used. */
  readonly unnamed: readonly string[];
  /** Services without a recorded call that may be used all the same, and why. */
  readonly untold: readonly string[];
  /** Policies that were not read, or whose text is not a policy. */
  readonly unread: readonly string[];
}

/**
 * Services that pods reach by another protocol than that of AWS's API, or through another service: whether IAM records it is
 * not documented (docs/facts.md §M).
 */
const otherwiseReached: ReadonlySet<string> = new Set([
  'kms',
  ...['rds-db', 'dsql', 'kafka-cluster', 'elasticache', 'memorydb', 'neptune-db', 'dax', 'cassandra'],
  ...['es', 'opensearch', 'aoss', 'execute-api', 'appsync', 'vpc-lattice-svcs', 'appmesh', 'iot', 'aps'],
]);

/** Actions that are no call of the role itself. */
const noCalls = ['iam:PassRole', 'iam:CreateServiceLinkedRole'];

/** Reads the statements of a role against the services that IAM's report lists without a call. */
export const unusedServices = (
  held: RolePermissions,
  { policies }: Pick<PolicyTexts, 'policies'>,
  unused: readonly string[],
): UnusedServices => {
  const unread: string[] = [];
  const managed = held.attached.flatMap((arn): readonly NamedPolicy[] => {
    const text = policies[arn];
    if (text !== undefined && text.status !== 'unavailable') return [{ name: arn, document: text.value }];
    unread.push(arn);
    return [];
  });
  const { permissions, unreadable } = compilePolicies([[...held.inline, ...managed]]);
  const allows = permissions.layers.flat();
  const isUntold = (service: string): boolean =>
    otherwiseReached.has(service) ||
    (service === 'iam' && allows.some(one => noCalls.some(action => mayCoverAction(one, action))));
  const told = new Set(unused.filter(service => !isUntold(service)));
  const statements = allows.flatMap(one => withoutServices(one, told));
  const named = new Set(statements.flatMap(({ before }) => before.map(serviceOf)));
  return {
    services: [...told].sort((a, b) => Number(named.has(b)) - Number(named.has(a)) || (a < b ? -1 : 1)),
    statements,
    unnamed: allows
      .filter(isUnnamed)
      .map(({ label, policy }) => `${label} of ${policy.slice(policy.lastIndexOf('/') + 1)}`),
    untold: unused.filter(isUntold),
    unread: [...unread, ...unreadable],
  };
};

const serviceOf = (action: string): string => action.slice(0, Math.max(0, action.indexOf(':'))).toLowerCase();

/** A statement that allows services by a wildcard or by `NotAction`, or that has no documented meaning. */
const isUnnamed = ({ actions, isNotAction, statement }: PermissionStatement): boolean =>
  isNotAction || actions.isAll || actions.odd.length > 0 || statement.problems.length > 0;

/** Only whole services go: what is left means the same as before. */
const withoutServices = (one: PermissionStatement, told: ReadonlySet<string>): readonly UnusedActions[] => {
  const { policy, label, statement } = one;
  if (one.isNotAction || statement.problems.length > 0) return [];
  const before = (statement.actions ?? []).map(({ text }) => text);
  const after = before.filter(action => !told.has(serviceOf(action)));
  return after.length === before.length ? [] : [{ policy, label, before, after }];
};
