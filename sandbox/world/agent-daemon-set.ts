import type { KubernetesWorld } from './kubernetes-world.ts';

const name = 'eks-pod-identity-agent';
const labels = { 'app.kubernetes.io/name': name };

/** Makes the DaemonSet of the add-on `eks-pod-identity-agent`, where the cluster has that add-on and its inside does not say otherwise. */
export const runAgent = (
  inside: KubernetesWorld | undefined,
  addons: readonly { readonly name: string }[] = [],
): void => {
  if (inside === undefined || !addons.some(one => one.name === name)) return;
  const isMade = (one: unknown): boolean =>
    (one as { readonly kind?: string }).kind === 'DaemonSet' &&
    (one as { readonly metadata: { readonly name?: string } }).metadata.name === name;
  if (inside.others?.some(isMade)) return;
  inside.others = [
    ...(inside.others ?? []),
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: { name, namespace: 'kube-system', creationTimestamp: '2026-01-10T09:05:00Z' },
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name, image: `602401143452.dkr.ecr.us-east-1.amazonaws.com/eks/${name}:v0.1.34` }] },
        },
      },
      status: { desiredNumberScheduled: 2, numberReady: 2 },
    },
  ];
};
