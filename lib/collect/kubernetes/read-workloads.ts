/** Whatever makes pods, by its template: a CronJob between two runs and a Deployment scaled to zero have no pod to be read. */
import * as z from 'zod';
import { type Collected, type Gap, unavailable, type Workload, withGaps } from '../../model.ts';
import { namespaceName, objectName, worldName } from '../world-text.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { type ListCall, listPages, type Take } from './list-pages.ts';
import { containerItem, containerOf } from './parse-container.ts';

const podTemplate = z.object({
  spec: z.object({
    serviceAccountName: objectName.optional(),
    initContainers: z.array(containerItem).nullish(),
    containers: z.array(containerItem),
  }),
});
const metadata = z.object({
  name: objectName,
  namespace: namespaceName,
  ownerReferences: z.array(z.object({ kind: worldName, controller: z.boolean().optional() })).nullish(),
});
const conditions = z.array(z.object({ type: worldName, status: worldName })).nullish();

const ofTemplate = z.object({
  metadata,
  spec: z.object({ template: podTemplate }),
  status: z.object({ conditions }).nullish(),
});
const ofJobTemplate = z.object({
  metadata,
  spec: z.object({ jobTemplate: z.object({ spec: z.object({ template: podTemplate }) }) }),
});

const listOf = (apiGroup: string, kind: string): ListCall => {
  const resource = `${kind.toLowerCase()}s`;
  return { kind, apiVersion: `${apiGroup}/v1`, apiGroup, resource, path: `/apis/${apiGroup}/v1/${resource}` };
};

/** The kinds of Kubernetes itself. A ReplicaSet stands for its Deployment; kinds of CustomResourceDefinitions are not known. */
const lists: readonly ListCall[] = [
  ...['Deployment', 'StatefulSet', 'DaemonSet'].map(kind => listOf('apps', kind)),
  ...['Job', 'CronJob'].map(kind => listOf('batch', kind)),
];

/** All five lists. Unavailable where the first that was refused is all that there is; a list that was not read is a gap. */
export const readWorkloads = async (api: KubernetesApi): Promise<Collected<readonly Workload[]>> => {
  const read = await Promise.all(
    lists.map(async list => ({ list, listed: await listPages(api, list, takeWorkload(list.kind)) })),
  );
  const gaps = read.flatMap(({ list, listed }): readonly Gap[] =>
    listed.ok ? listed.gaps : [{ what: list.resource, reason: listed.reason }],
  );
  const [first] = gaps;
  if (first !== undefined && read.every(({ listed }) => !listed.ok)) return unavailable(first.reason);
  return withGaps(
    read.flatMap(({ listed }) => (listed.ok ? listed.items : [])),
    gaps,
  );
};

/** Not kept: a Job of a CronJob, which stands for it, and one that is finished and makes no other pod. */
const takeWorkload =
  (kind: string): Take<Workload> =>
  item => {
    const read = templateOf(kind, item);
    if (read === undefined) return { bad: `an item is not a ${kind}` };
    if (read.isDone) return { skip: true };
    const { spec } = read.template;
    const containers = [...(spec.initContainers ?? []), ...spec.containers].map(one =>
      containerOf(one, false, new Set()),
    );
    const roleArns = containers.flatMap(({ irsaEnvironment, assumesRole }) =>
      [irsaEnvironment.AWS_ROLE_ARN, assumesRole].filter(arn => arn !== undefined && arn !== ''),
    );
    const { name, namespace } = read.metadata;
    return {
      keep: {
        ...{ kind, namespace, name },
        serviceAccount: spec.serviceAccountName || 'default',
        roleArns: [...new Set(roleArns as readonly string[])],
      },
    };
  };

const templateOf = (kind: string, item: unknown) => {
  if (kind === 'CronJob') {
    const { data } = ofJobTemplate.safeParse(item);
    return data && { metadata: data.metadata, template: data.spec.jobTemplate.spec.template, isDone: false };
  }
  const { data } = ofTemplate.safeParse(item);
  if (data === undefined) return undefined;
  const isMade = data.metadata.ownerReferences?.some(owner => owner.controller && owner.kind === 'CronJob') ?? false;
  const isFinished =
    kind === 'Job' &&
    (data.status?.conditions ?? []).some(
      ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
    );
  return { metadata: data.metadata, template: data.spec.template, isDone: isMade || isFinished };
};
