/** The parts of an object that merge and those that are replaced whole: the `patchMergeKey` and `listType` of the Go
 *  types of Kubernetes 1.34 for the kinds that the sandbox keeps. Objects that are not named merge field by field,
 *  lists are whole. */

/** How a value merges. */
export interface Shape {
  /** Fields that have a shape of their own. */
  readonly fields?: Readonly<Record<string, Shape>>;
  /** A list whose items are found by these fields. */
  readonly keys?: readonly string[];
  /** A list of distinct values. */
  readonly isSet?: true;
  /** The shape of each item. */
  readonly item?: Shape;
  /** Whole to a server-side apply, though a strategic merge looks inside: selectors. */
  readonly isAtomicToApply?: true;
}

const plain: Shape = {};
const selector: Shape = { isAtomicToApply: true };
const byName = (item: Shape = plain): Shape => ({ keys: ['name'], item });

const container: Shape = {
  fields: {
    env: byName(),
    volumeMounts: { keys: ['mountPath'], item: plain },
    ports: { keys: ['containerPort', 'protocol'], item: plain },
  },
};

const podSpec: Shape = {
  fields: {
    containers: byName(container),
    initContainers: byName(container),
    ephemeralContainers: byName(container),
    volumes: byName(),
    imagePullSecrets: byName(),
    nodeSelector: selector,
  },
};

const metadata: Shape = {
  fields: { finalizers: { isSet: true }, ownerReferences: { keys: ['uid'], item: { isAtomicToApply: true } } },
};
const template: Shape = { fields: { metadata, spec: podSpec } };
const workload: Shape = { fields: { selector, template } };

const kinds: Readonly<Record<string, Shape>> = {
  MutatingWebhookConfiguration: {
    fields: {
      webhooks: byName({
        fields: { namespaceSelector: selector, objectSelector: selector, matchConditions: byName() },
      }),
    },
  },
  ServiceAccount: { fields: { secrets: byName(), imagePullSecrets: byName() } },
  Pod: { fields: { spec: podSpec } },
  Deployment: { fields: { spec: workload } },
  StatefulSet: { fields: { spec: workload } },
  DaemonSet: { fields: { spec: workload } },
  ReplicaSet: { fields: { spec: workload } },
  Job: { fields: { spec: workload } },
  CronJob: { fields: { spec: { fields: { jobTemplate: { fields: { metadata, spec: workload } } } } } },
  ClusterRoleBinding: { fields: { roleRef: selector } },
};

/** The shape of a kind. */
export const shapeOfKind = (kind: string): Shape => {
  const { fields } = kinds[kind] ?? plain;
  return { fields: { metadata, ...fields } };
};

/** The shape of one field. */
export const fieldShape = (shape: Shape, name: string): Shape => shape.fields?.[name] ?? plain;
