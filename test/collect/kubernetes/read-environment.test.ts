import { expect, test } from '@jest/globals';
import type { ApiResult, KubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { withEnvironment as withEnvironmentAlone } from '../../../lib/collect/kubernetes/read-environment.ts';
import { type Collected, complete, unavailable, valueOr } from '../../../lib/model/collected.ts';
import type { Pod, PodContainer } from '../../../lib/model/kubernetes.ts';
import { aContainer, aPod } from '../../support/example-cluster.ts';
import { bareContainer, verdicts, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { recorded } from '../../support/whole/whole.ts';

const withEnvironment = recorded('withEnvironment', withEnvironmentAlone);

const answering = (answers: Readonly<Record<string, ApiResult>>) => {
  const asked: string[] = [];
  const api: KubernetesApi = {
    send: async ({ path }) => {
      asked.push(path.replace('/api/v1/namespaces/', ''));
      return answers[asked.at(-1) ?? ''] ?? no('not-found');
    },
    close: () => undefined,
  };
  return { api, asked };
};
const no = (kind: 'denied' | 'not-found'): ApiResult => ({
  ok: false,
  reason: { kind, operation: 'get configmaps', message: kind },
});
const holds = (data: unknown): ApiResult => ({ ok: true, body: { kind: 'ConfigMap', data } });

const from = (sources: readonly (readonly [name: string, prefix?: string])[], over: Partial<PodContainer> = {}) =>
  aContainer({
    hasEnvFrom: true,
    environmentFrom: sources.map(([name]) => `ConfigMap ${name}`),
    configMaps: sources.map(([name, prefix = '']) => ({ name, prefix })),
    ...over,
  });
const podOf = (...containers: readonly PodContainer[]) => complete([aPod({ namespace: 'shop', containers })]);
const read = async (answers: Readonly<Record<string, ApiResult>>, pods: Collected<readonly Pod[]>) => {
  const { api, asked } = answering(answers);
  const [pod] = valueOr(await withEnvironment(api, pods), []);
  return { asked, pod, first: pod?.containers[0] };
};

test('a ConfigMap that may be read gives the names of AWS variables, and is no unread source any more', async () => {
  const { asked, first } = await read(
    { 'shop/configmaps/env': holds({ AWS_PROFILE: 'legacy', LOG: 'secret', AWS_ROLE_ARN: 'other' }) },
    podOf(from([['env']])),
  );
  expect(asked).toEqual(['shop/configmaps/env']);
  expect(first?.awsVariables).toContain('AWS_PROFILE');
  expect(first?.fromConfigMaps).toEqual({ AWS_PROFILE: 'env' });
  expect(first?.environmentFrom).toBeUndefined();
  // What `env` says comes first, and no value of a variable that is not kept goes on.
  expect(first?.irsaEnvironment).toEqual(aContainer().irsaEnvironment);
  expect(JSON.stringify(first)).not.toMatch(/legacy|"secret|other/);
});

test('a prefix is part of the name; an empty value holds nothing', async () => {
  const { first } = await read(
    { 'shop/configmaps/env': holds({ PROFILE: '', ACCESS_KEY_ID: 'AKIA', AWS_PROFILE: 'x' }) },
    podOf(from([['env', 'AWS_']])),
  );
  expect(first?.fromConfigMaps).toEqual({ AWS_PROFILE: 'env', AWS_ACCESS_KEY_ID: 'env', AWS_AWS_PROFILE: 'env' });
  expect(first?.emptyVariables).toContain('AWS_PROFILE');
});

test.each<readonly [string, ApiResult, readonly string[] | undefined]>([
  ['is refused', no('denied'), ['ConfigMap env']],
  ['has another form', { ok: true, body: { kind: 'Secret', data: {} } }, ['ConfigMap env']],
  ['has a value of another kind', holds({ AWS_PROFILE: 7 }), ['ConfigMap env']],
  ['is absent, as an optional one may be', no('not-found'), undefined],
  ['is empty', holds(null), undefined],
])('a ConfigMap that %s', async (_, answer, unread) => {
  const { first } = await read({ 'shop/configmaps/env': answer }, podOf(from([['env']])));
  expect(first?.environmentFrom).toEqual(unread);
  expect(first?.awsVariables).toEqual(aContainer().awsVariables);
});

test('nobody is asked for a pod without a role, for a Secret, or more often than twice where it is refused', async () => {
  const none = podOf(
    bareContainer({ hasEnvFrom: true, environmentFrom: ['ConfigMap a'], configMaps: [{ name: 'a', prefix: '' }] }),
  );
  expect((await read({}, none)).asked).toEqual([]);
  expect((await read({}, podOf(aContainer({ hasEnvFrom: true, environmentFrom: ['Secret a'] })))).asked).toEqual([]);
  const many = ['a', 'b', 'c', 'd', 'e'] as const;
  const denied = Object.fromEntries(many.map(name => [`shop/configmaps/${name}`, no('denied')]));
  expect((await read(denied, podOf(from(many.map(name => [name] as const))))).asked).toHaveLength(2);
  const lots = Array.from({ length: 80 }, (_, at) => [`m${at}`] as const);
  expect((await read({}, podOf(from(lots)))).asked).toHaveLength(50);
});

test('pods that could not be listed stay so', async () => {
  const gone: Collected<readonly Pod[]> = unavailable({ kind: 'denied', operation: 'list pods', message: '403' });
  expect(await withEnvironment(answering({}).api, gone)).toBe(gone);
});

test('the finding names the ConfigMap; a Secret beside it stays unknown', async () => {
  const answers = {
    'shop/configmaps/env': holds({ AWS_ACCESS_KEY_ID: 'x' }),
    'shop/configmaps/calm': holds({ LOG: '1' }),
  };
  const judged = async (container: PodContainer) => {
    const { first } = await read(answers, podOf(container));
    return verdicts('pod-static-credentials', worldOf(withPods(aPod({ containers: first ? [first] : [] }))));
  };
  expect(await judged(from([['env']]))).toEqual(['medium keys']);
  expect(await judged(from([['calm']]))).toEqual([]);
  expect(await judged(from([['calm']], { environmentFrom: ['ConfigMap calm', 'Secret s'] }))).toEqual([
    'unknown unread',
  ]);
});
