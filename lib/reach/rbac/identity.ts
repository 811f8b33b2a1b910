/** The names and groups that the API server gives to whoever asks (Kubernetes, "Authenticating"). */

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
