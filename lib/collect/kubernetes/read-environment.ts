/** The variables that `envFrom` gives to containers from ConfigMaps that the auditor may read. */
import * as z from 'zod';
import { type Collected, mapSection, type Pod, type PodContainer } from '../../model.ts';
import { boundedText, maxKey, worldText } from '../world-text.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { isKeptVariable, maxVariables } from './parse-container.ts';

/** ConfigMaps that are read of one cluster. Those of the other pods stay unread. */
const maxMaps = 50;
/** Refusals after which nobody is asked again: a role that may read one namespace is rare, none the rule. */
const maxRefusals = 2;

const configMap = z.object({
  kind: z.literal('ConfigMap'),
  data: z.record(z.string(), worldText).nullish(),
  binaryData: z.record(z.string(), z.unknown()).nullish(),
});

type Variables = ReadonlyMap<string, string>;

/**
 * Adds the AWS variables of ConfigMaps to containers of pods with a role: their names, and the values of those that are
 * kept of any container. Optional: the auditor's role has no ConfigMaps. One that is refused stays among the sources that
 * are unread; one that is absent gives nothing.
 */
export const withEnvironment = async (
  api: KubernetesApi,
  pods: Collected<readonly Pod[]>,
): Promise<Collected<readonly Pod[]>> => {
  if (pods.status === 'unavailable') return pods;
  const wanted = new Set(pods.value.filter(hasRole).flatMap(mapsOf));
  if (wanted.size === 0) return pods;
  const read = new Map<string, Variables>();
  let refusals = 0;
  for (const key of [...wanted].slice(0, maxMaps)) {
    if (refusals >= maxRefusals) break;
    const found = await readMap(api, key);
    if (found === undefined) refusals += 1;
    else read.set(key, found);
  }
  if (read.size === 0) return pods;
  return mapSection(pods, list => list.map(pod => (hasRole(pod) ? withMaps(pod, read) : pod)));
};

const hasRole = ({ containers }: Pod): boolean =>
  containers.some(({ awsVariables }) => awsVariables.includes('AWS_ROLE_ARN'));

const mapsOf = ({ namespace, containers }: Pod): readonly string[] =>
  containers.flatMap(({ configMaps = [] }) => configMaps.map(({ name }) => `${namespace}/${name}`));

/** The variables that may begin with AWS_, whatever the prefix; undefined where the ConfigMap was not read. */
const readMap = async (api: KubernetesApi, key: string): Promise<Variables | undefined> => {
  const [namespace = '', name = ''] = key.split('/');
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/configmaps/${encodeURIComponent(name)}`;
  const answer = await api.send({ verb: 'get', resource: 'configmaps', path, name });
  if (!answer.ok) return answer.reason.kind === 'not-found' ? new Map() : undefined;
  const parsed = configMap.safeParse(answer.body);
  return parsed.success ? new Map(Object.entries(parsed.data.data ?? {})) : undefined;
};

const withMaps = (pod: Pod, read: ReadonlyMap<string, Variables>): Pod => ({
  ...pod,
  containers: pod.containers.map(container => withVariables(container, pod.namespace, read)),
});

const withVariables = (
  container: PodContainer,
  namespace: string,
  read: ReadonlyMap<string, Variables>,
): PodContainer => {
  const { configMaps, ...rest } = container;
  const given = (configMaps ?? []).flatMap(({ name, prefix }) =>
    [...(read.get(`${namespace}/${name}`) ?? [])]
      .map(([key, value]) => ({ variable: boundedText(`${prefix}${key}`, maxKey), value, name }))
      .filter(({ variable }) => variable.startsWith('AWS_') && !container.awsVariables.includes(variable)),
  );
  const unread = (container.environmentFrom ?? []).filter(
    source =>
      !(configMaps ?? []).some(({ name }) => source === `ConfigMap ${name}` && read.has(`${namespace}/${name}`)),
  );
  const last = new Map(given.slice(0, maxVariables).map(one => [one.variable, one]));
  const { environmentFrom: _, ...others } = rest;
  return {
    ...others,
    ...(unread.length > 0 ? { environmentFrom: unread } : {}),
    ...(last.size > 0 ? { fromConfigMaps: Object.fromEntries([...last].map(([name, one]) => [name, one.name])) } : {}),
    awsVariables: [...container.awsVariables, ...last.keys()],
    emptyVariables: [
      ...(container.emptyVariables ?? []),
      ...[...last].flatMap(([name, one]) => (one.value ? [] : [name])),
    ],
    irsaEnvironment: {
      ...Object.fromEntries(
        [...last].filter(([name]) => isKeptVariable(name)).map(([name, one]) => [name, boundedText(one.value)]),
      ),
      ...container.irsaEnvironment,
    },
  };
};
