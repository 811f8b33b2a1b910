import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { type ApiCall, type KubernetesApi, statusReason } from '../../lib/collect/kubernetes/kubernetes-api.ts';
import { readKubernetesFacts } from '../../lib/collect/kubernetes/read-kubernetes-facts.ts';
import type { KubernetesFacts } from '../../lib/model/kubernetes.ts';
import type { KubernetesWorld } from '../../sandbox/world/kubernetes-world.ts';

const recording = z.object({
  request: z.object({ method: z.string(), path: z.string() }),
  status: z.number(),
  body: z.unknown(),
});
const withItems = z.object({ items: z.array(z.unknown()) });

/** One recorded answer of a real API server (test/fixtures/kubernetes). */
const recorded = (name: string): z.output<typeof recording> =>
  recording.parse(JSON.parse(readFileSync(new URL(`../fixtures/kubernetes/${name}.json`, import.meta.url), 'utf8')));

const itemsOf = (name: string): unknown[] => withItems.parse(recorded(name).body).items;

/** The recordings as a world that the sandbox's API can serve. */
export const recordedWorld = (over: Partial<KubernetesWorld> = {}): KubernetesWorld => ({
  version: 'v1.34.9',
  issuer: 'https://oidc.eks.us-east-1.amazonaws.com/id/ABCDEF0123456789ABCDEF0123456789',
  namespaces: itemsOf('namespaces'),
  serviceAccounts: itemsOf('serviceaccounts'),
  pods: itemsOf('pods'),
  webhooks: itemsOf('mutatingwebhookconfigurations'),
  ...over,
});

const files: Readonly<Record<string, string>> = {
  '/version': 'version',
  '/.well-known/openid-configuration': 'openid-configuration',
  '/api/v1/namespaces?limit=500': 'namespaces',
  '/api/v1/serviceaccounts?limit=500': 'serviceaccounts',
  '/api/v1/pods?limit=500': 'pods',
  '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/pod-identity-webhook':
    'mutatingwebhookconfiguration',
  '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations?limit=500': 'mutatingwebhookconfigurations',
  // The recorded server had no such DaemonSet: its answer for what does not exist.
  '/apis/apps/v1/namespaces/kube-system/daemonsets/eks-pod-identity-agent': 'not-found-webhook',
};

/** An API that answers with the recordings, byte for byte; `instead` puts one recording in another's place. */
export const recordedApi = (instead: Readonly<Record<string, string>> = {}): KubernetesApi => ({
  send: async (call: ApiCall) => {
    const name = instead[call.path] ?? files[call.path];
    if (name === undefined) throw new Error(`no recording for ${call.path}`);
    const { status, body } = recorded(name);
    if (status === 200) return { ok: true, body };
    // The object that was asked for when this was recorded does not exist either.
    const text = JSON.stringify(body).replaceAll('no-such-thing', call.name ?? 'no-such-thing');
    return { ok: false, status, reason: statusReason(call, status, text) };
  },
  close: () => undefined,
});

/** The facts that the collector makes of the recordings. */
export const recordedFacts = async (over: Partial<KubernetesFacts> = {}): Promise<KubernetesFacts> => {
  const facts = await readKubernetesFacts(recordedApi(), { issuerKnown: true });
  if (facts.status !== 'complete') throw new Error('the recordings are read completely');
  return { ...facts.value, ...over };
};
