/** The inside of one cluster, as the sandbox's Kubernetes API serves it: documents in Kubernetes' own JSON. Arrays are
 *  mutable: the API takes a few writes. */
export interface KubernetesWorld {
  readonly version: string;
  readonly namespaces: unknown[];
  readonly serviceAccounts: unknown[];
  readonly pods: unknown[];
  readonly webhooks: unknown[];
  /** Objects that the auditor does not read and fixes write: workloads, cluster roles, their bindings; with kind and
   *  apiVersion. */
  others?: unknown[];
  /** The rights of the caller, as `<verb> <resource>` (`list pods`, `get mutatingwebhookconfigurations`, `get
   *  /version`, `create serviceaccounts/token`), for one namespace as `list pods in <namespace>`; absent means
   *  everything that the auditor and `prove` need. */
  readonly allowed?: string[];
  /** Groups of the caller: RBAC decides by the cluster roles and bindings among `others`. Beside `allowed`, either gives. */
  readonly groups?: string[];
  /** The issuer that the API server announces for its tokens; discovery answers 404 without it. */
  readonly issuer?: string;
  faults?: KubernetesFault[];
}

/** A fault of the sandbox's Kubernetes API, by call (`list pods`). `times` counts down; absent means always. */
export interface KubernetesFault {
  readonly call: string;
  /** 429 with Retry-After, 500, 410 on a continued list, no answer, a cut answer, an answer that is not JSON, 403. */
  readonly kind: 'deny' | 'throttle' | 'crash' | 'expire' | 'time-out' | 'cut' | 'garbage';
  times?: number;
}

/** Stands in a webhook's `caBundle` for the certificate authority of the cluster that serves it: base64 of PEM is only
 *  known when the cluster starts. */
export const ownAuthority = 'AUTHORITY-OF-THE-CLUSTER';
