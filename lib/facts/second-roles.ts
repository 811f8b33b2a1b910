/** Second roles: those that a program is told to assume with its service account's role or token (docs/facts.md §H.2, §H.4). */
import {
  type ControllerRole,
  type KubernetesFacts,
  type NamedByController,
  type Pod,
  type ReadFailure,
  readFailuresOf,
  valueOr,
} from '../model.ts';
import { compareText } from '../text.ts';

/** A service account by its place. */
type Account = NonNullable<ControllerRole['account']>;

/** A second role, and where it is named: `--aws-assume-role of Deployment external-dns`, `ClusterIssuer letsencrypt`. */
export interface SecondRole
  extends Pick<ControllerRole, 'roleArn' | 'namedBy' | 'by' | 'audiences' | 'after' | 'isTagged'> {
  /** The service accounts of which any one is enough to assume it, in order: a controller may have several. */
  readonly accounts: readonly Account[];
  /** The object names the service account. */
  readonly isNamed?: true;
}

const keyOf = ({ namespace, name }: Account): string => `${namespace}/${name}`;

/** By facts of a cluster: every service account asks. */
const known = new WeakMap<KubernetesFacts, ReadonlyMap<string, readonly SecondRole[]>>();

const rolesByAccount = (kubernetes: KubernetesFacts): ReadonlyMap<string, readonly SecondRole[]> => {
  const before = known.get(kubernetes);
  if (before !== undefined) return before;
  const made = new Map<string, SecondRole[]>();
  for (const role of secondRolesIn(kubernetes))
    for (const account of role.accounts) {
      const roles = made.get(keyOf(account)) ?? [];
      made.set(keyOf(account), roles);
      roles.push(role);
    }
  known.set(kubernetes, made);
  return made;
};

/** The second roles of a service account, each once. */
export const secondRolesOf = (kubernetes: KubernetesFacts, namespace: string, name: string): readonly SecondRole[] => {
  const roles = rolesByAccount(kubernetes).get(keyOf({ namespace, name })) ?? [];
  return [...new Map(roles.map(role => [JSON.stringify([role.roleArn, role.by, role.after]), role])).values()];
};

/** True where a controller asks for a role with a token of the service account, which needs no annotation. */
export const getsRoleByToken = (kubernetes: KubernetesFacts, { namespace, name }: Account, roleArn: string): boolean =>
  secondRolesOf(kubernetes, namespace, name).some(one => one.isNamed && one.by === 'token' && one.roleArn === roleArn);

/** Why more second roles may be named for a service account than were read: pods, and the objects of the controllers that it is of. */
export const secondRolesUnread = (
  { pods, controllerRoles }: KubernetesFacts,
  ofAccount: readonly Pod[],
): readonly ReadFailure[] => [...readFailuresOf(pods), ...objectsUnread(controllerRoles, ofAccount)];

/** Why roles may be named in objects of the controllers that these pods are, and were not read. */
export const objectsUnread = (
  controllerRoles: KubernetesFacts['controllerRoles'],
  pods: readonly Pod[],
): readonly ReadFailure[] => {
  const controllers = new Set(pods.flatMap(({ controller }) => controller?.name ?? []));
  if (controllerRoles === undefined || controllerRoles.status === 'complete' || controllers.size === 0) return [];
  if (controllerRoles.status === 'unavailable') return [controllerRoles.reason];
  const isOfOne = (what: string): boolean => [...controllers].some(name => what.startsWith(`${name}: `));
  return controllerRoles.gaps.flatMap(({ what, reason }) => (isOfOne(what) || !what.includes(': ') ? reason : []));
};

/** The roles and service accounts that objects of controllers name, as far as they were read. */
export const namedByControllers = ({ controllerRoles }: KubernetesFacts): readonly NamedByController[] =>
  controllerRoles === undefined ? [] : valueOr(controllerRoles, []);

/** All second roles that a cluster names. */
export const secondRolesIn = (kubernetes: KubernetesFacts): readonly SecondRole[] => {
  const pods = valueOr(kubernetes.pods, []);
  const roles = namedByControllers(kubernetes).filter(one => one.by !== 'annotation');
  const ofControllers = Map.groupBy(
    pods.filter(({ controller }) => controller !== undefined),
    ({ controller }) => controller?.name,
  );
  return [
    ...pods.flatMap(ofArguments),
    ...roles.map(({ controller, account, ...role }) => ({
      ...role,
      ...(account === undefined
        ? { accounts: accountsOf(ofControllers.get(controller) ?? []) }
        : { accounts: [account], isNamed: true as const }),
    })),
  ];
};

const accountsOf = (pods: readonly Pod[]): readonly Account[] => {
  const accounts = pods.map(({ namespace, serviceAccount }) => ({ namespace, name: serviceAccount }));
  return [...new Map(accounts.map(account => [keyOf(account), account])).values()].toSorted((a, b) =>
    compareText(keyOf(a), keyOf(b)),
  );
};

const ofArguments = ({ owner, name, namespace, serviceAccount, containers }: Pod): readonly SecondRole[] =>
  containers.flatMap(({ assumesRole }) =>
    assumesRole === undefined
      ? []
      : [
          {
            ...{ roleArn: assumesRole, by: 'role', accounts: [{ namespace, name: serviceAccount }] },
            namedBy: `--aws-assume-role of ${owner?.kind ?? 'Pod'} ${owner?.name ?? name}`,
          } as const,
        ],
  );
