import { describe, expect, test } from '@jest/globals';
import type { ApiResult, KubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { readWorkloads as readWorkloadsAlone } from '../../../lib/collect/kubernetes/read-workloads.ts';
import { complete, readFailuresOf, valueOr } from '../../../lib/model/collected.ts';
import { recorded } from '../../support/whole/whole.ts';

const readWorkloads = recorded('readWorkloads', readWorkloadsAlone);

const arn = 'arn:aws:iam::111122223333:role/nightly';
const container = (env: readonly object[] = [], args: readonly string[] = []) => ({ name: 'app', env, args });
const template = (spec: object = {}) => ({ spec: { containers: [container()], ...spec } });
const item = (name: string, spec: object, more: object = {}, meta: object = {}) => ({
  metadata: { namespace: 'pay', name, ...meta },
  spec,
  ...more,
});
const denied: ApiResult = { ok: false, reason: { kind: 'denied', operation: 'list cronjobs', message: '403' } };

/** The items of each kind; a kind that is not named has none. */
const read = (items: Readonly<Record<string, readonly unknown[] | ApiResult>>) => {
  const asked: string[] = [];
  const api: KubernetesApi = {
    send: async ({ path, resource }) => {
      asked.push(path.split('?', 1)[0] ?? '');
      const of = items[resource] ?? [];
      if ('ok' in of) return of;
      const kind = { daemonsets: 'DaemonSet', statefulsets: 'StatefulSet', cronjobs: 'CronJob', jobs: 'Job' }[resource];
      const group = path.split('/')[2];
      return {
        ok: true,
        body: { kind: `${kind ?? 'Deployment'}List`, apiVersion: `${group}/v1`, metadata: {}, items: of },
      };
    },
    close: () => undefined,
  };
  return { asked, section: readWorkloads(api) };
};
const namesOf = async (items: Parameters<typeof read>[0]) => {
  const section = await read(items).section;
  return [valueOr(section, []).map(({ kind, name }) => `${kind} ${name}`), readFailuresOf(section).length];
};

test('five lists, each once; a template gives the service account and the roles that it names itself', async () => {
  const { asked, section } = read({
    deployments: [item('web', { replicas: 0, template: template() })],
    cronjobs: [
      item('nightly', {
        suspend: true,
        jobTemplate: {
          spec: {
            template: template({
              serviceAccountName: 'biller',
              initContainers: [container([{ name: 'AWS_ROLE_ARN', value: arn }])],
              containers: [container([{ name: 'SECRET', value: 'not kept' }], ['--aws-assume-role', `${arn}-2`])],
            }),
          },
        },
      }),
    ],
  });
  expect(await section).toEqual(
    complete([
      { kind: 'Deployment', namespace: 'pay', name: 'web', serviceAccount: 'default', roleArns: [] },
      { kind: 'CronJob', namespace: 'pay', name: 'nightly', serviceAccount: 'biller', roleArns: [arn, `${arn}-2`] },
    ]),
  );
  expect(asked.toSorted()).toEqual([
    '/apis/apps/v1/daemonsets',
    '/apis/apps/v1/deployments',
    '/apis/apps/v1/statefulsets',
    '/apis/batch/v1/cronjobs',
    '/apis/batch/v1/jobs',
  ]);
});

test('a Job that is finished, or that a CronJob made, makes no other pod; one that waits does', async () => {
  const done = (type: string, status: string) => ({ status: { conditions: [{ type, status }] } });
  expect(
    await namesOf({
      jobs: [
        item('complete', { template: template() }, done('Complete', 'True')),
        item('failed', { template: template() }, done('Failed', 'True')),
        item('suspended', { suspend: true, template: template() }, done('Suspended', 'True')),
        item('not-complete', { template: template() }, done('Complete', 'False')),
        item('nightly-1', { template: template() }, {}, { ownerReferences: [{ kind: 'CronJob', controller: true }] }),
        item('of-a-set', { template: template() }, {}, { ownerReferences: [{ kind: 'JobSet', controller: true }] }),
      ],
    }),
  ).toEqual([['Job suspended', 'Job not-complete', 'Job of-a-set'], 0]);
});

describe('what cannot be read is a gap, never nothing', () => {
  test.each<[string, Parameters<typeof read>[0], readonly string[], number]>([
    [
      'one list refused',
      { cronjobs: denied, deployments: [item('web', { template: template() })] },
      ['Deployment web'],
      1,
    ],
    ['an item without a template', { deployments: [item('web', {})] }, [], 1],
    ['a CronJob without a job template', { cronjobs: [item('x', { template: template() })] }, [], 1],
    ['a name that no object has', { jobs: [item('$(reboot)', { template: template() })] }, [], 1],
    ['a namespace with a newline', { jobs: [item('x', { template: template() }, {}, { namespace: 'a\nb' })] }, [], 1],
    [
      'a service account with a mark from right to left',
      { jobs: [item('x', { template: template({ serviceAccountName: 'a\u202eb' }) })] },
      [],
      1,
    ],
  ])('%s', async (_, items, names, gaps) => {
    expect(await namesOf(items)).toEqual([names, gaps]);
  });
  test('all lists refused: unavailable', async () => {
    const lists = ['deployments', 'statefulsets', 'daemonsets', 'jobs', 'cronjobs'];
    expect(await read(Object.fromEntries(lists.map(name => [name, denied]))).section).toMatchObject({
      status: 'unavailable',
      reason: { kind: 'denied' },
    });
  });
});
