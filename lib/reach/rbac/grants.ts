/** The rules that hold for one identity, each with the binding and the role that give it. */
import { type RbacBinding, type RbacObjects, type RbacRole, type RbacRule, valueOr } from '../../model.ts';
import { withAggregation } from './aggregate.ts';
import { type RbacQuestion, ruleAllows } from './decide.ts';

/** A rule that holds for somebody. */
export interface RbacGrant {
  readonly rule: RbacRule;
  /** Where it holds: a namespace, or empty for the whole cluster. A namespace of an access policy may end in `*`. */
  readonly namespace: string;
  /** The source for people: `RoleBinding orders/devs → ClusterRole edit`. */
  readonly by: string;
  /** The key of the role that gives it; absent for an access policy. */
  readonly role?: string;
}

/** The RBAC objects of a cluster, ready to be asked. */
export interface Rbac {
  readonly bindings: readonly BoundRules[];
  /** ClusterRoles and Roles by their keys, with rules in force. */
  readonly roles: ReadonlyMap<string, RbacRole>;
}

/** A binding with the role that it names. */
interface BoundRules {
  readonly binding: RbacBinding;
  readonly role: RbacRole;
}

/** The key of a role: a Role's namespace and name, or `/` and the name of a ClusterRole. */
const roleKey = ({ namespace = '', name }: Pick<RbacRole, 'namespace' | 'name'>): string => `${namespace}/${name}`;

/** Joins bindings and roles. A binding of a role that is not there gives its subjects nothing, as in the API server. */
export const rbacOf = (objects: RbacObjects): Rbac => {
  const clusterRoles = withAggregation(valueOr(objects.clusterRoles, []), objects.clusterRoles.status === 'complete');
  const roles = new Map([...clusterRoles, ...valueOr(objects.roles, [])].map(role => [roleKey(role), role]));
  const bindings = [...valueOr(objects.clusterRoleBindings, []), ...valueOr(objects.roleBindings, [])];
  return {
    roles,
    bindings: bindings.map(binding => ({
      binding,
      role: roles.get(keyOfRef(binding)) ?? { name: binding.role.name, rules: [] },
    })),
  };
};

/** The key of the role that a binding names: a ClusterRoleBinding never names a Role. */
const keyOfRef = ({ namespace, role: { kind, name } }: RbacBinding): string => {
  if (kind === 'ClusterRole') return roleKey({ name });
  return kind === 'Role' && namespace !== undefined ? roleKey({ namespace, name }) : 'none';
};

/** The grants of a binding to whoever is a subject of it. */
export const grantsOfBinding = ({ binding, role }: BoundRules): readonly RbacGrant[] =>
  role.rules.map(rule => ({ rule, namespace: binding.namespace ?? '', by: sourceOf(binding), role: roleKey(role) }));

/** A binding for people. */
const sourceOf = ({ namespace, name, role }: RbacBinding): string =>
  `${namespace === undefined ? `ClusterRoleBinding ${name}` : `RoleBinding ${namespace}/${name}`} → ${role.kind} ${role.name}`;

/** The first grant that allows what is asked; undefined where none does. */
export const allowing = (grants: readonly RbacGrant[], question: RbacQuestion): RbacGrant | undefined =>
  grants.find(grant => holdsFor(grant, question) && ruleAllows(grant.rule, question));

/** A grant of the whole cluster holds for every question, one of a namespace for objects in it. */
const holdsFor = ({ namespace }: RbacGrant, question: RbacQuestion): boolean =>
  namespace === '' || (!('path' in question) && question.namespace !== '' && isInScope(namespace, question.namespace));

/** True if a namespace is the one of a grant, or one that its `*` at the end stands for. */
export const isInScope = (scope: string, namespace: string): boolean =>
  scope === namespace || (scope.endsWith('*') && namespace.startsWith(scope.slice(0, -1)));
