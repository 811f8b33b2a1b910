/** The levels of the roles of an account, made when it is read. Pure, total. */
import { type OpenLevel, parseArn, type RoleLevel, type WayTaken } from '../model.ts';
import { someResources } from '../policy.ts';
import { type AccountRoles, accountRoles, type ReachFacts, type ReachRole } from './account-roles.ts';
import type { ActionTable } from './action-table.ts';
import { dataLevelOf } from './data-level.ts';
import { type AccountReach, accountReachOf, chainToAdministrator, usersWay } from './reach.ts';
import { onResource } from './requests.ts';

/** Roles that are named of those that a role can become. */
const maxNamed = 20;

/** The levels of these roles, by ARN. */
export const levelsOf = (
  wanted: readonly string[],
  facts: ReachFacts,
  table: ActionTable,
): Readonly<Record<string, RoleLevel>> => {
  const roles = accountRoles(facts);
  const reach = accountReachOf(roles, table);
  return Object.fromEntries(wanted.flatMap(arn => withLevel(arn, roles, reach, table)));
};

const withLevel = (
  arn: string,
  roles: AccountRoles,
  reach: AccountReach,
  table: ActionTable,
): readonly (readonly [string, RoleLevel])[] => {
  const one = roles.of(arn);
  return one ? [[arn, levelOfRole(one, reach, table)]] : [];
};

const levelOfRole = (one: ReachRole, reach: AccountReach, table: ActionTable): RoleLevel => {
  if (one.unread !== undefined) return { level: 'unknown', because: one.unread, isAsked: true };
  const { administration, self } = reach.own(one);
  if (administration.verdict === 'certain') return { level: 'administrator', shown: administration.shown };
  if (self && self.depends === undefined) return { level: 'can-become-administrator', way: self };
  const reached = chainToAdministrator(one, reach, false);
  if (reached) return { level: 'can-become-administrator', way: reached.taken, through: reached.through };
  const open = openAdministrator(one, reach, self);
  const mayBe = open ? { mayBe: open } : {};
  const best = [...reach.edges(one)].flatMap(([arn, [edge]]) => (edge ? [[arn, edge] as const] : []));
  const certain = best.filter(([, { taken }]) => taken.depends === undefined);
  const [first] = certain;
  if (first)
    return {
      level: 'can-become-role',
      way: first[1].taken,
      roles: certain.slice(0, maxNamed).map(([arn]) => arn),
      count: certain.length,
      ...mayBe,
    };
  return dataLevel(one, reach, table, open);
};

/** The ways to an administrator of which it is open whether they can be taken: the first of them. */
const openAdministrator = (one: ReachRole, reach: AccountReach, self: WayTaken | undefined): OpenLevel | undefined => {
  const { administration } = reach.own(one);
  if (administration.verdict === 'open') return { level: 'administrator', because: administration.because };
  const level = 'can-become-administrator';
  if (self) return { level, because: self.depends ?? '', way: self };
  const reached = chainToAdministrator(one, reach, true);
  if (reached) return { level, because: reached.because ?? '', way: reached.taken };
  return usersWay(one);
};

const anyRole = `arn:\${Partition}:iam::\${Other}:role/\${RoleNameWithPath}`;

/** A role of another account that it may assume, as far as its own policies say: whether one trusts it is not read. */
const foreignRole = ({ asking }: ReachRole): OpenLevel | undefined => {
  const action = 'sts:AssumeRole';
  const found = someResources(anyRole, [action], asking).find(
    arn =>
      parseArn(arn)?.accountId !== asking.session.accountId && onResource(action, arn, asking).verdict !== 'refused',
  );
  return found === undefined
    ? undefined
    : { level: 'can-become-role', because: 'which roles of other accounts trust it is not read' };
};

const dataLevel = (one: ReachRole, reach: AccountReach, table: ActionTable, open: OpenLevel | undefined): RoleLevel => {
  const data = dataLevelOf(one, table);
  const [edge] = [...reach.edges(one).values()].flat();
  const other: OpenLevel | undefined = edge && {
    level: 'can-become-role',
    because: edge.taken.depends ?? '',
    way: edge.taken,
  };
  const strongest = open ?? other ?? foreignRole(one) ?? data.open;
  const mayBe = strongest ? { mayBe: strongest } : {};
  return data.certain ? { ...data.certain, ...mayBe } : { level: 'little', ...mayBe };
};
