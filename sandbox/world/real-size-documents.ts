/** The parts of a pod of a real cluster that no rule reads: most of its bytes. Shapes and sizes as kube-apiserver v1.34
 *  gives them for a Deployment's pod with one sidecar; values are made up. */

const fields = (names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.map(name => [`f:${name}`, {}]));

const environmentNames = Array.from({ length: 25 }, (_, index) => `SETTING_OF_THE_APPLICATION_${index}`);

const managedContainer = (name: string): Record<string, unknown> => ({
  [`k:{"name":"${name}"}`]: {
    '.': {},
    'f:env': {
      '.': {},
      ...Object.fromEntries(
        environmentNames.map(key => [`k:{"name":"${key}"}`, { '.': {}, ...fields(['name', 'value']) }]),
      ),
    },
    ...fields(['image', 'imagePullPolicy', 'name', 'terminationMessagePath', 'terminationMessagePolicy']),
    'f:livenessProbe': {
      '.': {},
      ...fields(['failureThreshold', 'periodSeconds', 'successThreshold', 'timeoutSeconds']),
    },
    'f:readinessProbe': {
      '.': {},
      ...fields(['failureThreshold', 'periodSeconds', 'successThreshold', 'timeoutSeconds']),
    },
    'f:resources': {
      '.': {},
      'f:limits': { '.': {}, ...fields(['cpu', 'memory']) },
      'f:requests': { '.': {}, ...fields(['cpu', 'memory']) },
    },
    'f:volumeMounts': {
      '.': {},
      'k:{"mountPath":"/etc/application"}': { '.': {}, ...fields(['mountPath', 'name', 'readOnly']) },
    },
  },
});

const conditionTypes = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'];

const managedFields = [
  {
    manager: 'kube-controller-manager',
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-10-01T10:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:metadata': { 'f:generateName': {}, 'f:labels': { '.': {}, ...fields(['app', 'pod-template-hash', 'team']) } },
      'f:spec': {
        'f:containers': { ...managedContainer('app'), ...managedContainer('proxy') },
        ...fields(['dnsPolicy', 'enableServiceLinks', 'restartPolicy', 'schedulerName', 'serviceAccount']),
      },
    },
  },
  {
    manager: 'kubelet',
    operation: 'Update',
    apiVersion: 'v1',
    time: '2026-10-01T10:00:20Z',
    fieldsType: 'FieldsV1',
    fieldsV1: {
      'f:status': {
        'f:conditions': Object.fromEntries(
          conditionTypes.map(type => [
            `k:{"type":"${type}"}`,
            { '.': {}, ...fields(['lastProbeTime', 'lastTransitionTime', 'status', 'type']) },
          ]),
        ),
        ...fields(['containerStatuses', 'hostIP', 'hostIPs', 'phase', 'podIP', 'podIPs', 'startTime']),
      },
    },
    subresource: 'status',
  },
];

const probe = {
  httpGet: { path: '/healthz', port: 8080, scheme: 'HTTP' },
  initialDelaySeconds: 10,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};

const containerParts = (name: string) => ({
  image: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/${name}:2026.10.1-5f8d75784f`,
  resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '250m', memory: '512Mi' } },
  livenessProbe: probe,
  readinessProbe: probe,
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
  securityContext: { capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true, allowPrivilegeEscalation: false },
});

const environment = environmentNames.map((name, index) =>
  index % 3 === 0
    ? { name, valueFrom: { secretKeyRef: { name: 'application-secrets', key: `key-${index}` } } }
    : { name, value: `https://service-${index}.internal.example.com:8443/path/of/the/service` },
);

const mounts = [
  { name: 'configuration', readOnly: true, mountPath: '/etc/application' },
  { name: 'scratch', mountPath: '/tmp' },
  { name: 'kube-api-access-x7k2p', readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
];

const volumes = [
  { name: 'configuration', configMap: { name: 'application', defaultMode: 420 } },
  { name: 'scratch', emptyDir: {} },
  {
    name: 'kube-api-access-x7k2p',
    projected: {
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        {
          downwardAPI: {
            items: [{ path: 'namespace', fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' } }],
          },
        },
      ],
      defaultMode: 420,
    },
  },
];

const containerStatus = (name: string) => ({
  name,
  state: { running: { startedAt: '2026-10-01T10:00:15Z' } },
  lastState: {},
  ready: true,
  restartCount: 0,
  image: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/${name}:2026.10.1-5f8d75784f`,
  imageID: `111122223333.dkr.ecr.eu-west-1.amazonaws.com/${name}@sha256:${'0'.repeat(64)}`,
  containerID: `containerd://${'0'.repeat(64)}`,
  started: true,
  volumeMounts: mounts,
});

const status = {
  conditions: conditionTypes.map(type => ({
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: '2026-10-01T10:00:20Z',
  })),
  hostIP: '10.0.12.34',
  hostIPs: [{ ip: '10.0.12.34' }],
  podIP: '10.0.56.78',
  podIPs: [{ ip: '10.0.56.78' }],
  startTime: '2026-10-01T10:00:00Z',
  containerStatuses: [containerStatus('app'), containerStatus('proxy')],
  qosClass: 'Burstable',
};

const tolerations = ['not-ready', 'unreachable'].map(what => ({
  key: `node.kubernetes.io/${what}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 300,
}));

/** A document of `sandbox/world/kubernetes-documents.ts` as its parts are typed here. */
interface PodDocument {
  readonly metadata: object;
  readonly spec: { readonly containers: readonly object[]; readonly volumes: readonly object[] };
  readonly status: object;
}

/** The pod with all that a real one has beside: some 18 KB of JSON. Parts are shared, so that many pods take little room. */
export const realSizePod = (pod: PodDocument): object => {
  const [app = {}] = pod.spec.containers;
  const own = app as { readonly env?: readonly object[]; readonly volumeMounts?: readonly object[] };
  return {
    metadata: { generateName: 'application-5f8d75784f-', resourceVersion: '123456789', managedFields, ...pod.metadata },
    spec: {
      ...pod.spec,
      containers: [
        {
          ...containerParts('app'),
          ...app,
          env: [...environment, ...(own.env ?? [])],
          volumeMounts: [...mounts, ...(own.volumeMounts ?? [])],
        },
        { name: 'proxy', ...containerParts('proxy'), env: environment, volumeMounts: mounts },
      ],
      volumes: [...volumes, ...pod.spec.volumes],
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      nodeName: 'ip-10-0-12-34.eu-west-1.compute.internal',
      schedulerName: 'default-scheduler',
      tolerations,
      priority: 0,
      enableServiceLinks: true,
      preemptionPolicy: 'PreemptLowerPriority',
    },
    status: { ...status, ...pod.status },
  };
};

/** The service account as `kubectl apply` and a controller leave it. */
export const realSizeServiceAccount = (document: { readonly metadata: object }): object => ({
  ...document,
  metadata: {
    resourceVersion: '123456789',
    managedFields: [
      {
        manager: 'kubectl-client-side-apply',
        operation: 'Update',
        apiVersion: 'v1',
        time: '2026-02-01T09:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': {
            'f:annotations': {
              '.': {},
              ...fields(['eks.amazonaws.com/role-arn', 'kubectl.kubernetes.io/last-applied-configuration']),
            },
            'f:labels': { '.': {}, ...fields(['app', 'team', 'app.kubernetes.io/managed-by']) },
          },
        },
      },
    ],
    ...document.metadata,
  },
  automountServiceAccountToken: true,
});
