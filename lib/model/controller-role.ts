/** Roles that controllers are told to assume by objects of their own. */

/** Programs that are told in objects of their own which roles to assume: cert-manager in Issuers, External Secrets in
 *  SecretStores, the AWS provider of Crossplane in ProviderConfigs, KEDA in TriggerAuthentications. */
export type Controller = 'cert-manager' | 'external-secrets' | 'crossplane' | 'keda';

/** A pod of a controller. */
export interface PodController {
  readonly name: Controller;
  /** The kinds of Issuers that may use the credentials of cert-manager itself. */
  readonly ambient?: readonly string[];
  /** The namespace of the objects that ClusterIssuers of cert-manager name. */
  readonly clusterNamespace?: string;
}

/** A role that an object of a controller names (docs/facts.md §H.4). */
export interface ControllerRole {
  readonly controller: Controller;
  /** The object: `ClusterIssuer letsencrypt`, `SecretStore shop/aws`. */
  readonly namedBy: string;
  readonly roleArn: string;
  /** `role`: by sts:AssumeRole, with the role that the service account has. `token`: by web identity, with a token of it.
   *  `either`: by whichever the role trusts. */
  readonly by: 'role' | 'token' | 'either';
  /** The service account that the object names; absent for that of the controller's own pods. */
  readonly account?: { readonly namespace: string; readonly name: string };
  /** Audiences of the token, where the object says them; else those of the service account's own. */
  readonly audiences?: readonly string[];
  /** The role before it in a chain, which assumes it in place of the service account's. */
  readonly after?: string;
  /** The object adds tags to the session. */
  readonly isTagged?: true;
}

/** An object that names no role, since its service account has one: in its annotation, by web identity (docs/facts.md §H.4). */
export interface ControllerAccount extends Required<Pick<ControllerRole, 'controller' | 'namedBy' | 'account'>> {
  readonly by: 'annotation';
}

/** A role, or a service account with one, that an object of a controller names. */
export type NamedByController = ControllerRole | ControllerAccount;
