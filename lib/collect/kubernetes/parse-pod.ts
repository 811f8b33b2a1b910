import * as z from 'zod';
import { agentAddon, isAgent, needsAgent } from '../../facts.ts';
import type { Pod, PodOwner, TokenVolume } from '../../model.ts';
import { given } from '../../text.ts';
import { namespaceName, objectName, worldName, worldText } from '../world-text.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import type { Take } from './list-pages.ts';
import type { ConditionJudge, CreatedPod } from './match-conditions.ts';
import { managerIn } from './object-manager.ts';
import { containerItem, containerOf, identityOf, securityContext, webhookVolumes } from './parse-container.ts';
import { controllerOf } from './parse-controller.ts';
import { only } from './parse-service-account.ts';

const texts = z.record(z.string(), z.string());

const volume = z.object({
  name: worldName,
  csi: z.object({ driver: z.string() }).nullish().catch(undefined),
  projected: z
    .object({
      defaultMode: z.number().int().min(0).max(0o777).nullish().catch(undefined),
      sources: z
        .array(
          z.object({
            serviceAccountToken: z
              .object({
                audience: worldText.optional(),
                expirationSeconds: z.number().optional(),
                path: worldText.default(''),
              })
              .optional(),
          }),
        )
        .nullish(),
    })
    .optional(),
});

const podItem = z.object({
  metadata: z.object({
    name: objectName,
    namespace: namespaceName,
    creationTimestamp: worldName.optional(),
    deletionTimestamp: z.string().nullish(),
    labels: texts.nullish(),
    annotations: texts.nullish(),
    ownerReferences: z
      .array(z.object({ kind: worldName, name: objectName, controller: z.boolean().optional() }))
      .nullish(),
  }),
  spec: z.object({
    serviceAccountName: objectName.optional(),
    automountServiceAccountToken: z.boolean().nullish(),
    hostNetwork: z.boolean().optional(),
    schedulerName: z.string().optional(),
    nodeName: worldName.nullish(),
    nodeSelector: texts.nullish(),
    os: z.object({ name: z.string() }).nullish(),
    securityContext: securityContext.extend({ fsGroup: z.number().optional() }).nullish(),
    initContainers: z.array(containerItem).nullish(),
    containers: z.array(containerItem),
    volumes: z.array(volume).nullish(),
  }),
  status: z
    .object({
      phase: worldName.optional(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string() }))
        .nullish()
        .catch(undefined),
    })
    .nullish(),
});
type PodItem = z.output<typeof podItem>;

const mirrorAnnotation = 'kubernetes.io/config.mirror';

/**
 * Keeps of a Pod what the rules need, and only of running or pending ones: finished pods ask for no credentials, and what
 * a terminating one lacks ends with it. Labels are kept where they are of `eks.amazonaws.com` or among `labelKeys`, the
 * keys that the webhook's selectors mention. `judge` tells what the webhook's conditions make of it.
 */
export const takePod =
  (labelKeys: ReadonlySet<string>, judge?: ConditionJudge): Take<Pod> =>
  item => {
    const parsed = podItem.safeParse(item);
    if (!parsed.success) return { bad: 'an item is not a pod' };
    const phase = parsed.data.status?.phase ?? 'Unknown';
    const isTerminating = typeof parsed.data.metadata.deletionTimestamp === 'string';
    if (phase === 'Succeeded' || phase === 'Failed' || isTerminating) return { skip: true };
    const conditions = judge?.(createdPod(parsed.data));
    const pod = podOf(parsed.data, phase, labelKeys);
    return { keep: { ...pod, ...besideAgent(pod, parsed.data), ...(conditions && { conditions }) } };
  };

/** Node and readiness, of the pods that they say something about. */
const besideAgent = (pod: Pod, { spec, status }: PodItem): Pick<Pod, 'node' | 'ready'> => {
  if (!isAgent(pod)) return needsAgent(pod) ? given({ node: spec.nodeName ?? undefined }) : {};
  const condition = status?.conditions?.find(({ type }) => type === 'Ready');
  const ready = condition === undefined ? (pod.phase === 'Running' ? undefined : false) : condition.status === 'True';
  return given({ node: spec.nodeName ?? undefined, ready });
};

/** The assumed state at its creation. */
const createdPod = ({ metadata, spec }: PodItem): CreatedPod => ({
  namespace: metadata.namespace,
  metadata: { labels: metadata.labels ?? undefined, annotations: metadata.annotations ?? undefined },
  spec: { serviceAccountName: spec.serviceAccountName || 'default', hostNetwork: spec.hostNetwork || undefined },
});

const podOf = ({ metadata, spec }: PodItem, phase: string, labelKeys: ReadonlySet<string>): Pod => {
  const labels = metadata.labels ?? {};
  const annotations = metadata.annotations ?? {};
  const controller = metadata.ownerReferences?.find(reference => reference.controller) ?? metadata.ownerReferences?.[0];
  const createdAt = metadata.creationTimestamp === undefined ? {} : { createdAt: metadata.creationTimestamp };
  const owner = podOwnerOf({
    labels,
    ...createdAt,
    ...(controller ? { controller: { kind: controller.kind, name: controller.name } } : {}),
  });
  const volumes = (spec.volumes ?? []).flatMap(tokenVolumesOf);
  const tokenNames = new Set(volumes.map(({ name }) => name));
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    ...createdAt,
    phase,
    serviceAccount: spec.serviceAccountName || 'default',
    ...(owner ? { owner } : {}),
    ...given({ managedBy: managerIn({ labels, annotations, managedFields: undefined }) }),
    hostNetwork: spec.hostNetwork ?? false,
    isMirror: annotations[mirrorAnnotation] !== undefined,
    isWindows: isWindows(spec),
    ...(spec.schedulerName === 'fargate-scheduler' ? { onFargate: true } : {}),
    ...(isAgentByImage(labels, spec) ? { isPodIdentityAgent: true } : {}),
    ...(spec.containers.some(enforces) ? { enforcesPolicies: true } : {}),
    ...(annotations[ownInterface] === undefined ? {} : { hasOwnInterface: true }),
    ...(spec.volumes?.some(({ csi }) => csi?.driver === secretsDriver) ? { mountsSecretsStore: true } : {}),
    ...given({ secretsProvider: secretsProviderOf(spec), apiToken: apiTokenOf(spec) }),
    ...given({ controller: controllerOf(spec.containers, metadata.namespace) }),
    labels: only(labels, key => key.startsWith('eks.amazonaws.com/') || labelKeys.has(key)),
    annotations: only(annotations, key => key.startsWith('eks.amazonaws.com/')),
    ...identityOf(spec.securityContext),
    ...given({ fsGroup: spec.securityContext?.fsGroup }),
    containers: [
      ...(spec.initContainers ?? []).map(one => containerOf(one, true, tokenNames)),
      ...spec.containers.map(one => containerOf(one, false, tokenNames)),
    ],
    volumes,
  };
};

/** The API server adds a volume with a token that names no audience, unless pod or service account choose otherwise. */
const apiTokenOf = ({ volumes, automountServiceAccountToken }: PodItem['spec']): Pod['apiToken'] => {
  const isMounted = volumes?.some(({ projected }) =>
    projected?.sources?.some(({ serviceAccountToken: token }) => token !== undefined && token.audience === undefined),
  );
  if (isMounted) return 'mounted';
  return automountServiceAccountToken === false ? 'off' : undefined;
};

/** The annotation that the VPC resource controller puts on a pod with security groups of its own. */
const ownInterface = 'vpc.amazonaws.com/pod-eni';
/** The agent of the VPC CNI has the flag in every cluster, and it is false by default. */
const enforces = ({ args }: PodItem['spec']['containers'][number]): boolean =>
  args?.includes('--enable-network-policy=true') ?? false;

const secretsDriver = 'secrets-store.csi.k8s.io';
/** The provider's image of AWS, and those of Vault, Azure, Google, Conjur and Akeyless (secrets-store-csi-driver.sigs.k8s.io,
 *  "Supported Providers"). */
const awsSecretsImage = /(?:^|\/)secrets-store-csi-driver-provider-aws(?:[:@]|$)/;
const otherSecretsImage =
  /(?:^|\/)(?:secrets-store-csi-driver-provider-(?!aws)[\w-]+|provider-azure|[\w-]*csi-provider[\w-]*)(?:[:@]|$)/;

const secretsProviderOf = ({ containers }: PodItem['spec']): Pod['secretsProvider'] => {
  if (containers.some(({ image }) => awsSecretsImage.test(image ?? ''))) return 'aws';
  return containers.some(({ image }) => otherSecretsImage.test(image ?? '')) ? 'other' : undefined;
};

const agentImage = /(?:^|\/)eks-pod-identity-agent(?:[:@]|$)/;

/** The label that its chart and its add-on set, or its image, which mirrors keep the name of (docs/facts.md §H.3). */
const isAgentByImage = (labels: Readonly<Record<string, string>>, { containers }: PodItem['spec']): boolean =>
  labels['app.kubernetes.io/name'] === agentAddon || containers.some(({ image }) => agentImage.test(image ?? ''));

const isWindows = (spec: PodItem['spec']): boolean =>
  spec.os?.name === 'windows' ||
  spec.nodeSelector?.['kubernetes.io/os'] === 'windows' ||
  spec.nodeSelector?.['beta.kubernetes.io/os'] === 'windows';

/** Token volumes that are for AWS or name an audience; the API server's own `kube-api-access-…` has none. */
const tokenVolumesOf = ({ name, projected }: z.output<typeof volume>): readonly TokenVolume[] =>
  (projected?.sources ?? []).flatMap(({ serviceAccountToken: token }) =>
    token && (token.audience !== undefined || webhookVolumes.has(name))
      ? [
          {
            name,
            audience: token.audience ?? '',
            path: token.path,
            ...given({ expirationSeconds: token.expirationSeconds, mode: closedMode(projected?.defaultMode) }),
          },
        ]
      : [],
  );

const readableByOthers = 0o004;

const closedMode = (mode: number | null | undefined): string | undefined =>
  typeof mode !== 'number' || (mode & readableByOthers) !== 0 ? undefined : `0${mode.toString(8)}`;

/** The facts of a pod about who made it: its controller, labels and time of creation. */
interface PodOrigin {
  readonly controller?: { readonly kind: string; readonly name: string };
  readonly labels: Readonly<Record<string, string>>;
  readonly createdAt?: string;
}

/** CronJobs name a Job after the minute it was due: `<cronjob>-<minutes since 1970>`. */
const cronJobRun = /^(?<cronJob>.+)-(?<minutes>\d{8})$/;
/** A Job's number is a due minute only if the pod was made near it; `backup-20261124` is a date, and no CronJob's. */
const nearMinutes = 24 * 60;

/**
 * Resolves a pod's controller to what a person would restart, without reading ReplicaSets or Jobs (the auditor may not):
 * the ReplicaSet of a Deployment is named `<deployment>-<hash>` with the hash in the label `pod-template-hash`, an Argo
 * Rollout's likewise with its own label. Where the names do not prove it, the controller itself is the owner.
 */
export const podOwnerOf = ({ controller, labels, createdAt }: PodOrigin): PodOwner | undefined => {
  if (!controller) return undefined;
  if (controller.kind === 'ReplicaSet') {
    const deployment = withoutHash(controller.name, labels['pod-template-hash']);
    if (deployment !== undefined) return { kind: 'Deployment', name: deployment };
    const rollout = withoutHash(controller.name, labels['rollouts-pod-template-hash']);
    if (rollout !== undefined) return { kind: 'Rollout', name: rollout };
  }
  if (controller.kind === 'Job') {
    const cronJob = cronJobOf(controller.name, createdAt);
    if (cronJob !== undefined) return { kind: 'CronJob', name: cronJob };
  }
  return controller;
};

const withoutHash = (name: string, hash: string | undefined): string | undefined =>
  hash && name.endsWith(`-${hash}`) && name.length > hash.length + 1 ? name.slice(0, -hash.length - 1) : undefined;

const cronJobOf = (jobName: string, createdAt: string | undefined): string | undefined => {
  const match = cronJobRun.exec(jobName);
  const created = createdAt === undefined ? Number.NaN : Date.parse(createdAt) / 60_000;
  const due = Number(match?.groups?.minutes);
  return Math.abs(due - created) <= nearMinutes ? match?.groups?.cronJob : undefined;
};

const podBody = z.object({
  kind: z.literal('Pod'),
  metadata: z.object({ deletionTimestamp: z.string().nullish() }),
  status: z.object({ phase: worldName.optional() }).nullish(),
});

/** In which state a pod is that is not among the running and pending ones: `Failed`, `Succeeded`, `Terminating`. Undefined
 *  where there is none of this name, or it could not be read. */
export const readPodPhase = async (
  api: KubernetesApi,
  namespace: string,
  name: string,
): Promise<string | undefined> => {
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
  const answer = await api.send({ verb: 'get', resource: 'pods', path, name });
  const pod = answer.ok ? podBody.safeParse(answer.body).data : undefined;
  if (pod === undefined) return undefined;
  return pod.metadata.deletionTimestamp ? 'Terminating' : (pod.status?.phase ?? 'Unknown');
};
