/** Roles that controllers are told to assume by objects of their own. */
import {
  type Collected,
  type Controller,
  type Gap,
  type NamedByController,
  type Pod,
  type PodController,
  type ReadFailure,
  unavailable,
  withGaps,
} from '../../model.ts';
import { compareText } from '../../text.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { type ListCall, type Listed, listPages, type Take } from './list-pages.ts';
import {
  takeIssuer,
  takeProviderConfig,
  takeSecretStore,
  takeTriggerAuthentication,
} from './parse-controller-objects.ts';

/** More roles than this are not kept: a cluster has a few, and whoever may make SecretStores may make many. */
const maxRoles = 10_000;

/** The objects of one kind: the versions that may serve it, the newest first, and their roles. */
interface Objects {
  readonly kind: string;
  readonly group: string;
  readonly versions: readonly string[];
  readonly take: (kind: string, controller: PodController) => Take<readonly NamedByController[]>;
}

const objects: Readonly<Record<Controller, readonly Objects[]>> = {
  'cert-manager': ['ClusterIssuer', 'Issuer'].map(kind => ({
    ...{ kind, group: 'cert-manager.io', versions: ['v1'], take: takeIssuer },
  })),
  'external-secrets': ['ClusterSecretStore', 'SecretStore'].map(kind => ({
    ...{ kind, group: 'external-secrets.io', versions: ['v1', 'v1beta1'], take: takeSecretStore },
  })),
  crossplane: [
    ['ProviderConfig', 'aws.upbound.io'] as const,
    ['ClusterProviderConfig', 'aws.m.upbound.io'] as const,
    ['ProviderConfig', 'aws.m.upbound.io'] as const,
  ].map(([kind, group]) => ({ kind, group, versions: ['v1beta1'], take: takeProviderConfig })),
  keda: ['ClusterTriggerAuthentication', 'TriggerAuthentication'].map(kind => ({
    ...{ kind, group: 'keda.sh', versions: ['v1alpha1'], take: takeTriggerAuthentication },
  })),
};

/**
 * The roles that the objects of the controllers name that have a pod here: nothing else is asked. A kind that the cluster
 * does not know has no objects. Undefined where there is no controller.
 */
export const readControllerRoles = async (
  api: KubernetesApi,
  pods: Collected<readonly Pod[]>,
): Promise<Collected<readonly NamedByController[]> | undefined> => {
  const controllers = pods.status === 'unavailable' ? [] : pods.value.flatMap(({ controller }) => controller ?? []);
  const seen = new Map(controllers.toReversed().map(controller => [controller.name, controller]));
  if (seen.size === 0) return undefined;
  const kept: NamedByController[] = [];
  const gaps: Gap[] = [];
  const failures: ReadFailure[] = [];
  let lists = 0;
  for (const controller of [...seen.values()].toSorted((a, b) => compareText(a.name, b.name)))
    for (const one of objects[controller.name]) {
      const listed = await listObjects(api, one, controller);
      lists += 1;
      if (listed.ok) {
        for (const roles of listed.items) kept.push(...roles);
        gaps.push(...listed.gaps.map(({ what, reason }) => ({ what: `${controller.name}: ${what}`, reason })));
        continue;
      }
      failures.push(listed.reason);
      gaps.push({ what: `${controller.name}: ${one.kind}`, reason: listed.reason });
    }
  const [first] = failures;
  if (first !== undefined && failures.length === lists) return unavailable(first);
  return withGaps(kept.slice(0, maxRoles), kept.length > maxRoles ? [...gaps, tooMany] : gaps);
};

/** The first version that the cluster serves; none of them is no failure. */
const listObjects = async (
  api: KubernetesApi,
  { kind, group, versions, take }: Objects,
  controller: PodController,
): Promise<Listed<readonly NamedByController[]>> => {
  for (const version of versions) {
    const listed = await listPages(api, callOf(kind, group, version), take(kind, controller));
    if (listed.ok || listed.reason.kind !== 'not-found') return listed;
  }
  return { ok: true, items: [], gaps: [] };
};

const callOf = (kind: string, group: string, version: string): ListCall => {
  const resource = `${kind.toLowerCase()}s`;
  return {
    ...{ kind, apiVersion: `${group}/${version}`, apiGroup: group, resource },
    path: `/apis/${group}/${version}/${resource}`,
  };
};

const tooMany: Gap = {
  what: 'other roles of controllers',
  reason: {
    kind: 'too-large',
    operation: 'list the objects of controllers',
    message: `they name more than ${maxRoles} roles: the others are not kept`,
  },
};
