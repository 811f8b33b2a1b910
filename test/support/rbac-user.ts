/** Whoever asks the API server: its names, what bindings say of it, and what it may do by their rules. */
import type { RbacSubject } from '../../lib/model/rbac.ts';
import type { RbacQuestion } from '../../lib/reach/rbac/decide.ts';
import { allowing, grantsOfBinding, type Rbac } from '../../lib/reach/rbac/grants.ts';

/** The name of a user, and every group of it. */
export interface RbacUser {
  readonly name: string;
  readonly groups: readonly string[];
}

/** A service account as the API server knows it by its token. */
export const serviceAccountUser = (namespace: string, name: string): RbacUser => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});

/** True if a subject of a binding is this user. `namespace` is that of the binding, empty for a ClusterRoleBinding: a service
 *  account without a namespace lies in it. */
const isSubject = (user: RbacUser, subject: RbacSubject, namespace: string): boolean => {
  switch (subject.kind) {
    case 'User':
      return user.name === subject.name;
    case 'Group':
      return user.groups.includes(subject.name);
    case 'ServiceAccount': {
      const own = subject.namespace || namespace;
      return own !== '' && user.name === `system:serviceaccount:${own}:${subject.name}`;
    }
    default:
      return false;
  }
};

/** True if the API server lets this user do it: by the group of its masters, or by a rule. */
export const mayDo = ({ bindings }: Rbac, user: RbacUser, question: RbacQuestion): boolean => {
  const grants = bindings
    .filter(({ binding }) => binding.subjects.some(subject => isSubject(user, subject, binding.namespace ?? '')))
    .flatMap(grantsOfBinding);
  return user.groups.includes('system:masters') || allowing(grants, question) !== undefined;
};
