/** Documents of Kubernetes' own JSON for scenarios, with the webhook's injections as recorded (test/fixtures/kubernetes). */
import { given } from '../../lib/text.ts';
import { ownAuthority } from './kubernetes-world.ts';

type Labels = Readonly<Record<string, string>>;

/** A namespace. */
export const aNamespaceDocument = (name: string, labels: Labels = {}): unknown => ({
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name, ...labels } },
  status: { phase: 'Active' },
});

/** A service account with the annotations given; `role` is short for the role annotation. */
export const anAccountDocument = (
  namespace: string,
  name: string,
  over: { readonly role?: string; readonly annotations?: Labels; readonly createdAt?: string } = {},
): unknown => ({
  metadata: {
    namespace,
    name,
    uid: `${namespace}-${name}`,
    creationTimestamp: over.createdAt ?? '2026-02-01T09:00:00Z',
    annotations: { ...given({ 'eks.amazonaws.com/role-arn': over.role }), ...over.annotations },
  },
});

/** The description of the pods of one owner in a scenario. */
export interface PodsOf {
  readonly namespace: string;
  readonly account: string;
  /** Kind and name of what a person would restart; a bare pod without. */
  readonly owner?: readonly [kind: 'Deployment' | 'StatefulSet' | 'DaemonSet' | 'Job' | 'CronJob', name: string];
  readonly count?: number;
  readonly createdAt?: string;
  /** Role that the webhook injected; none if absent. `pod-identity` gives what Pod Identity gives. */
  readonly injected?: string;
  readonly annotations?: Labels;
  /** Containers beside `app` that the webhook left alone. */
  readonly bare?: readonly string[];
  readonly environment?: readonly { readonly name: string; readonly value: string }[];
  readonly runAsUser?: number;
}

const webIdentityMount = {
  name: 'aws-iam-token',
  readOnly: true,
  mountPath: '/var/run/secrets/eks.amazonaws.com/serviceaccount',
};
const podIdentityMount = {
  name: 'eks-pod-identity-token',
  readOnly: true,
  mountPath: '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount',
};

/** The variables that the webhook gives to a container of a pod: of a role, or of Pod Identity. */
export const injection = (injected: string | undefined) => {
  if (injected === undefined) return { env: [], mounts: [], volumes: [] };
  const isPodIdentity = injected === 'pod-identity';
  const mount = isPodIdentity ? podIdentityMount : webIdentityMount;
  const path = isPodIdentity ? 'eks-pod-identity-token' : 'token';
  const audience = isPodIdentity ? 'pods.eks.amazonaws.com' : 'sts.amazonaws.com';
  return {
    env: isPodIdentity
      ? [
          { name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: 'http://169.254.170.23/v1/credentials' },
          { name: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', value: `${mount.mountPath}/${path}` },
        ]
      : [
          { name: 'AWS_ROLE_ARN', value: injected },
          { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: `${mount.mountPath}/${path}` },
        ],
    mounts: [mount],
    volumes: [
      {
        name: mount.name,
        projected: { sources: [{ serviceAccountToken: { audience, expirationSeconds: 86_400, path } }] },
      },
    ],
  };
};

const hash = '5f8d75784f';

/** The controller of a pod as Kubernetes names it, with the labels that tell whose it is. */
const controllerOf = (owner: PodsOf['owner'], createdAt: string) => {
  if (!owner) return {};
  const [kind, name] = owner;
  const minutes = Math.floor(Date.parse(createdAt) / 60_000);
  const reference =
    kind === 'Deployment'
      ? { kind: 'ReplicaSet', name: `${name}-${hash}` }
      : kind === 'CronJob'
        ? { kind: 'Job', name: `${name}-${minutes}` }
        : { kind, name };
  return {
    ownerReferences: [{ ...reference, controller: true }],
    ...(kind === 'Deployment' ? { labels: { 'pod-template-hash': hash } } : {}),
  };
};

/** The running pods of one owner. */
export const podDocuments = (pods: PodsOf): unknown[] => {
  const createdAt = pods.createdAt ?? '2026-10-01T10:00:00Z';
  const { env, mounts, volumes } = injection(pods.injected);
  return Array.from({ length: pods.count ?? 1 }, (_, index) => ({
    metadata: {
      namespace: pods.namespace,
      name: `${pods.owner?.[1] ?? pods.account}-${index}`,
      uid: `${pods.namespace}-${pods.account}-${pods.owner?.[1] ?? ''}-${index}`,
      creationTimestamp: createdAt,
      ...controllerOf(pods.owner, createdAt),
      ...given({ annotations: pods.annotations }),
    },
    spec: {
      serviceAccountName: pods.account,
      ...(pods.runAsUser === undefined ? {} : { securityContext: { runAsUser: pods.runAsUser } }),
      containers: [
        { name: 'app', env: [...(pods.environment ?? []), ...env], volumeMounts: mounts },
        ...(pods.bare ?? []).map(name => ({ name })),
      ],
      volumes,
    },
    status: { phase: 'Running' },
  }));
};

/** The webhook's configuration as managed EKS has it; `entry` replaces parts of its one entry. */
export const aWebhookDocument = (entry: Readonly<Record<string, unknown>> = {}): unknown => ({
  kind: 'MutatingWebhookConfiguration',
  apiVersion: 'admissionregistration.k8s.io/v1',
  metadata: { name: 'pod-identity-webhook' },
  webhooks: [
    {
      name: 'iam-for-pods.amazonaws.com',
      clientConfig: { url: 'https://127.0.0.1:23443/mutate', caBundle: ownAuthority },
      rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' }],
      failurePolicy: 'Ignore',
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {
        matchExpressions: [{ key: 'eks.amazonaws.com/skip-pod-identity-webhook', operator: 'DoesNotExist' }],
      },
      sideEffects: 'None',
      timeoutSeconds: 10,
      admissionReviewVersions: ['v1beta1'],
      reinvocationPolicy: 'IfNeeded',
      ...entry,
    },
  ],
});
