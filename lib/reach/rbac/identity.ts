/** The names and groups that the API server gives to whoever asks (Kubernetes, "Authenticating"). */
import type { RbacSubject } from '../../model.ts';
import type { RbacUser } from './decide.ts';

/** Whoever is in it may do everything, before any rule is looked at. */
export const mastersGroup = 'system:masters';
/** Everyone who has proven who they are. */
export const authenticatedGroup = 'system:authenticated';
/** Everyone else, where the API server takes them. */
export const unauthenticatedGroup = 'system:unauthenticated';
/** Every service account of the cluster. */
export const serviceAccountsGroup = 'system:serviceaccounts';

/** Every service account of a namespace. */
export const accountsGroupOf = (namespace: string): string => `${serviceAccountsGroup}:${namespace}`;

/** A service account as the API server knows it by its token. */
export const serviceAccountUser = (namespace: string, name: string): RbacUser => ({
  name: `system:serviceaccount:${namespace}:${name}`,
  groups: [serviceAccountsGroup, accountsGroupOf(namespace), authenticatedGroup],
});

/** True if a subject of a binding is this user. `namespace` is that of the binding, empty for a ClusterRoleBinding: a service
 *  account without a namespace lies in it. */
export const isSubject = (user: RbacUser, subject: RbacSubject, namespace: string): boolean => {
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
