/** Objects of the Kubernetes API with a text in every field that is read, and how these texts are made long. */

export const roleKey = 'eks.amazonaws.com/role-arn';

/** Names of objects of Kubernetes, by place: one that is no name, or is too long, is of no API server, and its object is refused. */
const names: ReadonlySet<string> = new Set([
  ...['metadata.name', 'metadata.namespace', 'metadata.ownerReferences.name', 'spec.serviceAccountName'],
]);

/** The object with every text in it made this long; keys and names of objects stay. `place`: where the value stands. */
export const inflated = (value: unknown, length: number, place = ''): unknown => {
  if (typeof value === 'string') return names.has(place) ? value : value.padEnd(length, 'x');
  if (Array.isArray(value)) return value.map(item => inflated(item, length, place));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, inflated(item, length, place === '' ? key : `${place}.${key}`)]),
  );
};

const metadata = {
  name: 'a',
  namespace: 'n',
  creationTimestamp: 't',
  labels: { [roleKey]: 'l', 'eks.amazonaws.com/other': 'o' },
  annotations: { [roleKey]: 'r', 'eks.amazonaws.com/audience': 'a', 'eks.amazonaws.com/role_arn': 'n' },
  ownerReferences: [{ kind: 'Job', name: 'j', controller: true }],
};
/** A service account, or a namespace, the same. */
export const aServiceAccountObject = { metadata };

const container = {
  name: 'c',
  env: ['AWS_ROLE_ARN', 'AWS_REGION', 'AWS_WEB_IDENTITY_TOKEN_FILE'].map(name => ({ name, value: 'v' })),
  volumeMounts: [{ name: 'v', mountPath: '/m' }],
};
/** A pod as the API gives it, with a text in every field that is read. */
export const aPodObject = {
  metadata,
  spec: {
    serviceAccountName: 's',
    containers: [container],
    volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { audience: 'a', path: 'p' } }] } }],
  },
  status: { phase: 'Running' },
};
/** The webhook's configuration, the same. */
export const aWebhookObject = {
  webhooks: [
    {
      name: 'w',
      clientConfig: { url: 'u', caBundle: 'c', service: { namespace: 'n', name: 's', path: 'p' } },
      failurePolicy: 'f',
      rules: [{ operations: ['o'], apiGroups: ['g'], apiVersions: ['v'], resources: ['r'], scope: 's' }],
      namespaceSelector: { matchExpressions: [{ key: 'k', operator: 'o', values: ['v'] }], matchLabels: { l: 'm' } },
    },
  ],
};
