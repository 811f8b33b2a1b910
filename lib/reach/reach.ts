/** The roles that a role can become, and whether one of them is an administrator. */
import type { OpenLevel, WayTaken } from '../model.ts';
import { mayCoverAction } from '../policy.ts';
import {
  type AccountRoles,
  mayTrustAnyone,
  principalsTrusted,
  type ReachRole,
  servicesTrusted,
  trustsPods,
  withEverything,
} from './account-roles.ts';
import type { ActionTable } from './action-table.ts';
import { administrationOf } from './administrator.ts';
import { type OwnPower, ownPower } from './own-power.ts';
import { type Begun, beginWay, takeAlone, takeTo } from './take-way.ts';
import { roleWays, userWays } from './ways/iam-ways.ts';
import { accessWays, podIdentityWay } from './ways/more-ways.ts';
import { passingWays } from './ways/passing-ways.ts';
import { furtherWays, serviceWays } from './ways/service-ways.ts';
import type { Way } from './ways/way.ts';

/** A way to another role. `makes`: it ends with a role that is an administrator, since the way changes its permissions. */
interface RoleEdge {
  readonly taken: WayTaken & { readonly role: string };
  readonly makes: boolean;
}

/** The reach of the roles of one account; each question is answered once. */
export interface AccountReach {
  readonly roles: AccountRoles;
  readonly own: (one: ReachRole) => OwnPower;
  /** By ARN of the role: the ways there, of those than which no other is as good; those that are certain first. */
  readonly edges: (one: ReachRole) => ReadonlyMap<string, readonly RoleEdge[]>;
}

/** The questions about one account. */
export const accountReachOf = (roles: AccountRoles, table: ActionTable): AccountReach => {
  const own = new Map<ReachRole, OwnPower>();
  const edges = new Map<ReachRole, ReadonlyMap<string, readonly RoleEdge[]>>();
  const index = targetsIndex(roles);
  const once =
    <T>(known: Map<ReachRole, T>, make: (one: ReachRole) => T) =>
    (one: ReachRole): T => {
      const found = known.get(one) ?? make(one);
      known.set(one, found);
      return found;
    };
  return {
    roles,
    own: once(own, one => ownPower(one, roles.facts)),
    edges: once(edges, one => edgesOf(one, roles, index, table)),
  };
};

/** Which roles each way can lead to at all: most roles trust one service and nobody else. */
interface TargetsIndex {
  readonly byService: ReadonlyMap<string, readonly string[]>;
  /** Roles that trust principals of the account by a name that may be any. */
  readonly byAccount: readonly string[];
  /** Roles that pods of EKS may have. */
  readonly byPods: readonly string[];
  /** Roles that trust everyone, or everyone but some. */
  readonly byAnyone: readonly string[];
  readonly byName: ReadonlyMap<string, readonly string[]>;
  readonly all: readonly string[];
}

const targetsIndex = ({ all, facts }: AccountRoles): TargetsIndex => {
  const byService = new Map<string, string[]>();
  const byName = new Map<string, string[]>();
  const byAccount: string[] = [];
  const byAnyone = all.filter(mayTrustAnyone).map(({ arn }) => arn);
  const add = (map: Map<string, string[]>, key: string, arn: string) => map.set(key, [...(map.get(key) ?? []), arn]);
  const own = new Set([facts.accountId, `arn:${facts.partition}:iam::${facts.accountId}:root`]);
  for (const role of all) {
    for (const service of new Set(servicesTrusted(role))) add(byService, service, role.arn);
    const principals = principalsTrusted(role, 'AWS');
    if (principals.some(text => own.has(text))) byAccount.push(role.arn);
    for (const text of new Set(principals))
      if (text !== '*' && !own.has(text)) add(byName, sessionRole(text), role.arn);
  }
  const byPods = all.filter(trustsPods).map(({ arn }) => arn);
  return { byService, byAccount, byAnyone, byPods, byName, all: all.map(({ arn }) => arn) };
};

/** The name of the role of a session, else the principal as it is. */
const sessionRole = (text: string): string => /:assumed-role\/([^/]+)\//.exec(text)?.[1] ?? text;

const edgesOf = (
  one: ReachRole,
  roles: AccountRoles,
  index: TargetsIndex,
  table: ActionTable,
): ReadonlyMap<string, readonly RoleEdge[]> => {
  const found = new Map<string, readonly RoleEdge[]>();
  const listed = [...roleWays, ...serviceWays, ...furtherWays, podIdentityWay, ...accessWays];
  const passing = passingWays(index.byService.keys(), one, table);
  for (const begun of [...listed.map(way => beginWay(way, one)), ...passing.map(ways => beginBest(ways, one))]) {
    if (!begun) continue;
    const { way } = begun;
    for (const arn of targetsOf(way, one, index)) {
      const known = found.get(arn) ?? [];
      if (known.some(isBest)) continue;
      const edge = edgeTo(arn, begun, roles);
      if (!edge || known.some(other => isAsGood(other, edge))) continue;
      const kept = known.filter(other => !isAsGood(edge, other));
      found.set(arn, isCertain(edge) ? [edge, ...kept] : [...kept, edge]);
    }
  }
  return found;
};

/** The first of these ways whose steps are all allowed, else the first that may be. */
const beginBest = (ways: readonly Way[], one: ReachRole): Begun | undefined => {
  let open: Begun | undefined;
  for (const way of ways) {
    const begun = beginWay(way, one);
    if (begun?.steps.every(({ verdict }) => verdict === 'allowed')) return begun;
    open ??= begun;
  }
  return open;
};

const isCertain = ({ taken }: RoleEdge): boolean => taken.depends === undefined;
const isBest = (edge: RoleEdge): boolean => isCertain(edge) && edge.makes;
const isAsGood = (one: RoleEdge, other: RoleEdge): boolean =>
  (isCertain(one) || !isCertain(other)) && (one.makes || !other.makes);

const targetsOf = (way: Way, { role, asking }: ReachRole, index: TargetsIndex): readonly string[] => {
  if (way.services)
    return [
      ...new Set([
        ...way.services.flatMap(one => [one, `${one}.cn`]).flatMap(one => index.byService.get(one) ?? []),
        ...index.byAnyone,
      ]),
    ];
  if (way.pods) return index.byPods;
  if (!way.assumes) return index.all;
  // A role that trusts the account asks for a permission of the caller's own; one that names the caller too does not.
  const [own = []] = asking.permissions.layers;
  const mayAssume = own.some(one => mayCoverAction(one, 'sts:AssumeRole'));
  return [
    ...(mayAssume ? [...index.byAccount, ...index.byAnyone] : []),
    ...(index.byName.get(role.arn) ?? []),
    ...(index.byName.get(role.name) ?? []),
  ];
};

const edgeTo = (arn: string, begun: Begun, roles: AccountRoles): RoleEdge | undefined => {
  const target = roles.of(arn);
  const taken = target && takeTo(begun, target);
  if (!taken) return undefined;
  const after = begun.way.changes ? administrationOf(withEverything(target, roles.facts)) : { verdict: 'no' };
  return { taken: { ...taken, role: arn }, makes: after.verdict === 'certain' };
};

/** How a role becomes an administrator by another role. */
interface ReachedAdministrator {
  /** The first way on it. */
  readonly taken: WayTaken;
  /** Roles between, in their order, and the one that is an administrator. */
  readonly through: readonly string[];
  /** Why it is open. */
  readonly because?: string;
}

/** The shortest chain of ways to an administrator; with `open`, of ways that may be closed too. */
export const chainToAdministrator = (
  start: ReachRole,
  reach: AccountReach,
  open: boolean,
): ReachedAdministrator | undefined => {
  const seen = new Set([start.role.arn]);
  let front: readonly (ReachedAdministrator & { readonly one: ReachRole })[] = firstSteps(start, reach, open, seen);
  while (front.length > 0) {
    for (const { one, ...reached } of front) {
      const end = endsAt(one, reached, reach, open);
      if (end) return end;
    }
    front = front.flatMap(step =>
      firstSteps(step.one, reach, open, seen).map(next => ({
        ...next,
        taken: step.taken,
        through: [...step.through, ...next.through],
        ...joined(step.because, next.because),
      })),
    );
  }
  return undefined;
};

const firstSteps = (one: ReachRole, reach: AccountReach, open: boolean, seen: Set<string>) =>
  [...reach.edges(one)].flatMap(([arn, edges]) => {
    const target = reach.roles.of(arn);
    if (!target || seen.has(arn)) return [];
    const steps = edges.filter(edge => open || isCertain(edge));
    if (steps.length > 0) seen.add(arn);
    return steps.map(({ makes, taken }) => ({
      one: target,
      makes,
      taken,
      through: [arn],
      ...joined(taken.depends, undefined),
    }));
  });

const joined = (one: string | undefined, other: string | undefined): { readonly because?: string } => {
  const because = [one, other].filter(text => text !== undefined).join('; ');
  return because === '' ? {} : { because };
};

const endsAt = (
  one: ReachRole,
  reached: ReachedAdministrator & { readonly makes?: boolean },
  reach: AccountReach,
  open: boolean,
): ReachedAdministrator | undefined => {
  const { makes, ...rest } = reached;
  if (makes) return rest;
  if (one.unread !== undefined) {
    const doubt = `whether ${one.role.arn} is an administrator is not known: ${one.unread}`;
    return open ? { ...rest, ...joined(rest.because, doubt) } : undefined;
  }
  const { administration, self } = reach.own(one);
  if (administration.verdict === 'certain' || (self && self.depends === undefined)) return rest;
  if (!open) return undefined;
  if (administration.verdict === 'open') return { ...rest, ...joined(rest.because, administration.because) };
  if (self) return { ...rest, ...joined(rest.because, self.depends) };
  const users = usersWay(one);
  return users && { ...rest, ...joined(rest.because, users.because) };
};

/** The ways over users and groups, which are not read. */
export const usersWay = (one: ReachRole): OpenLevel | undefined => {
  for (const way of userWays) {
    const begun = beginWay(way, one);
    if (!begun) continue;
    const taken = takeAlone(begun);
    return { level: 'can-become-administrator', because: taken.depends ?? '', way: taken };
  }
  return undefined;
};
