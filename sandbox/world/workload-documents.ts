/** The workloads that pods of a scenario belong to, so that a fix can restart and edit them. */
import { type JsonObject, objectOf, valueAt } from '../../lib/text.ts';
import { listAt, textAt } from '../kubernetes/json-value.ts';

const apiVersions: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Job: 'batch/v1',
};

/** The injections of EKS's webhooks stand in pods, and not in the template. */
const injected =
  /^(?:AWS_ROLE_ARN|AWS_WEB_IDENTITY_TOKEN_FILE|AWS_CONTAINER_CREDENTIALS_FULL_URI|AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE)$/;

/** The workloads of pods, each once. */
export const workloadDocuments = (pods: readonly unknown[]): unknown[] => {
  const found = new Map<string, JsonObject>();
  for (const pod of pods) {
    const [owner] = listAt(pod, 'metadata', 'ownerReferences');
    const isReplica = textAt(owner, 'kind') === 'ReplicaSet';
    const kind = isReplica ? 'Deployment' : textAt(owner, 'kind');
    const name = isReplica ? textAt(owner, 'name').replace(/-[^-]+$/, '') : textAt(owner, 'name');
    const apiVersion = apiVersions[kind];
    const namespace = textAt(pod, 'metadata', 'namespace');
    const key = [kind, namespace, name].join('/');
    if (apiVersion !== undefined && !found.has(key))
      found.set(key, { kind, apiVersion, metadata: { namespace, name }, spec: specOf(name, pod) });
  }
  return [...found.values()];
};

const specOf = (name: string, pod: unknown): JsonObject => {
  const labels = { app: name };
  const annotations = objectOf(valueAt(pod, 'metadata', 'annotations'));
  const { containers: _, volumes: __, ...rest } = objectOf(valueAt(pod, 'spec'));
  return {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
      spec: {
        ...rest,
        containers: listAt(pod, 'spec', 'containers').map(container => ({
          name: textAt(container, 'name'),
          image: 'registry.example/app:1',
          env: listAt(container, 'env').filter(one => !injected.test(textAt(one, 'name'))),
        })),
      },
    },
  };
};
