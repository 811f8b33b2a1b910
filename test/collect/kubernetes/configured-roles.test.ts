import { describe, expect, test } from '@jest/globals';
import type { ApiCall, ApiResult, KubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { readConfiguredRoles as readConfiguredRolesAlone } from '../../../lib/collect/kubernetes/read-configured-roles.ts';
import { withConfiguredRoles } from '../../../lib/facts/configured-roles.ts';
import { complete, notAskedFor, valueOr } from '../../../lib/model/collected.ts';
import type { WebhookConfiguration } from '../../../lib/model/kubernetes.ts';
import { ruleById } from '../../../lib/rules/catalog.ts';
import { aReadCluster, aServiceAccount, aWebhook } from '../../support/example-cluster.ts';
import { aRole, someFacts } from '../../support/example-world.ts';
import { examplesOf } from '../../support/rule-examples.ts';
import { reportedBy, verdictOf } from '../../support/verdict-of.ts';
import { recorded } from '../../support/whole/whole.ts';

const readConfiguredRoles = recorded('readConfiguredRoles', readConfiguredRolesAlone);

const selfHosted = (): WebhookConfiguration => {
  const { webhooks, ...rest } = aWebhook();
  return {
    ...rest,
    webhooks: webhooks.map(({ url: _url, ...entry }) => ({
      ...entry,
      service: { namespace: 'kube-system', name: 'webhook', ready: notAskedFor<number>('list endpointslices') },
    })),
  };
};
const answering = (answer: ApiResult) => {
  const asked: ApiCall[] = [];
  const api: KubernetesApi = {
    send: async call => {
      asked.push(call);
      return answer;
    },
    close: () => undefined,
  };
  return { api, asked };
};
const aConfigMap = (config: unknown): ApiResult => ({
  ok: true,
  body: { kind: 'ConfigMap', metadata: { name: 'pod-identity-webhook' }, data: { config } },
});
const readOf = (answer: ApiResult) => readConfiguredRoles(answering(answer).api, selfHosted());
const refused = (kind: 'denied' | 'not-found'): ApiResult => ({
  ok: false,
  reason: { kind, operation: 'get configmaps', message: kind },
});
const arn = aRole().arn;

describe('the ConfigMap of a self-hosted webhook', () => {
  test('is asked for once, by name, in the namespace of the service', async () => {
    const { api, asked } = answering(refused('not-found'));
    expect(await readConfiguredRoles(api, selfHosted())).toEqual(complete([]));
    expect(asked.map(({ path }) => path)).toEqual(['/api/v1/namespaces/kube-system/configmaps/pod-identity-webhook']);
  });

  test.each([[aWebhook()], [undefined]])('is not asked for without a service of its own', async configuration => {
    const { api, asked } = answering(refused('denied'));
    expect(await readConfiguredRoles(api, configuration)).toBeUndefined();
    expect(asked).toEqual([]);
  });

  test('gives a role and an audience for each key; names of fields have no case, as in Go', async () => {
    const text = JSON.stringify({
      'web/cart': { RoleARN: arn, Audience: 'amazonaws.com', UseRegionalSTS: true, TokenExpiration: 0 },
      '*/exporter': { roleArn: arn },
      'web/none': {},
    });
    const configMap = 'kube-system/pod-identity-webhook';
    expect(await readOf(aConfigMap(text))).toEqual(
      complete([
        { namespace: 'web', name: 'cart', roleArn: arn, audience: 'amazonaws.com', configMap },
        { namespace: '*', name: 'exporter', roleArn: arn, audience: '', configMap },
        { namespace: 'web', name: 'none', roleArn: '', audience: '', configMap },
      ]),
    );
  });

  test('without the key config it gives none', async () => {
    expect(await readOf({ ok: true, body: { kind: 'ConfigMap' } })).toEqual(complete([]));
  });

  test.each(['{', '[]', '{"cart":{"RoleARN":"x"}}', '{"web/cart":null}', '{"web/cart":{"RoleARN":1}}'])(
    'what the webhook cannot read is unread, not empty: %s',
    async text => {
      expect(await readOf(aConfigMap(text))).toMatchObject({ status: 'unavailable', reason: { kind: 'invalid' } });
    },
  );

  test('a refusal is a gap', async () => {
    expect(await readOf(refused('denied'))).toMatchObject({ status: 'unavailable', reason: { kind: 'denied' } });
    expect(await readOf({ ok: true, body: { kind: 'Secret' } })).toMatchObject({ status: 'unavailable' });
  });
});

describe('which role a service account has', () => {
  const bare = (namespace: string, name: string, annotations = {}) => aServiceAccount({ namespace, name, annotations });
  const role = (key: string, roleArn: string, audience = '') => {
    const [namespace = '', name = ''] = key.split('/');
    return { namespace, name, roleArn, audience, configMap: 'kube-system/pod-identity-webhook' };
  };
  const rolesOf = (annotations: object, ...roles: ReturnType<typeof role>[]) => {
    const [account] = withConfiguredRoles([bare('web', 'cart', annotations)], roles);
    return [account?.annotations['eks.amazonaws.com/role-arn'], account?.annotations['eks.amazonaws.com/audience']];
  };

  test.each<[string, object, ReturnType<typeof role>[], readonly unknown[]]>([
    ['the entry of its namespace', {}, [role('web/cart', 'a', 'aud')], ['a', 'aud']],
    ['the entry of every namespace', {}, [role('*/cart', 'b')], ['b', '']],
    ['its own before that of every namespace', {}, [role('*/cart', 'b'), role('web/cart', 'a')], ['a', '']],
    ['none where its own entry is empty', {}, [role('*/cart', 'b'), role('web/cart', '')], [undefined, undefined]],
    ['none of another namespace or name', {}, [role('shop/cart', 'a'), role('web/car', 'a')], [undefined, undefined]],
    [
      'its annotation before any entry',
      { 'eks.amazonaws.com/role-arn': 'own' },
      [role('web/cart', 'a', 'aud')],
      ['own', undefined],
    ],
    [
      'the entry where the annotation is empty',
      { 'eks.amazonaws.com/role-arn': '' },
      [role('web/cart', 'a')],
      ['a', ''],
    ],
    [
      'the entry with its own audience, whatever the annotation says',
      { 'eks.amazonaws.com/audience': 'other' },
      [role('web/cart', 'a')],
      ['a', ''],
    ],
  ])('is %s', (_title, annotations, roles, expected) => {
    expect(rolesOf(annotations, ...roles)).toEqual(expected);
  });
});

describe('rules over roles of the ConfigMap', () => {
  const withEntry = (roleArn: string) => {
    const entry = {
      namespace: '*',
      name: 'cart',
      roleArn,
      audience: 'sts.amazonaws.com',
      configMap: 'kube-system/pod-identity-webhook',
    };
    const accounts = withConfiguredRoles([aServiceAccount({ annotations: {} })], [entry]);
    return someFacts({
      clusters: complete([aReadCluster({ serviceAccounts: complete(accounts), configuredRoles: complete([entry]) })]),
    });
  };

  test('a role of the account that trusts it is healthy, and no annotation is missed', () => {
    for (const id of [
      'service-account-role-missing',
      'service-account-role-not-trusting',
      'pod-role-unannotated',
      'pod-role-stale',
    ])
      expect([id, reportedBy(id, withEntry(arn))]).toEqual([id, []]);
  });

  test('a role that does not exist is reported with the ConfigMap as its source', () => {
    const rule = ruleById('service-account-role-missing');
    if (rule === undefined) throw new Error('no rule');
    const [finding] = verdictOf(rule, withEntry(`${arn}-gone`)).findings;
    expect(finding?.evidence[0]).toMatchObject({
      what: 'RoleARN',
      got: `${arn}-gone`,
      readFrom: 'ConfigMap kube-system/pod-identity-webhook',
    });
  });

  test('pods with a role and an unread ConfigMap are undecided', () => {
    const rule = ruleById('pod-role-unannotated');
    if (rule === undefined) throw new Error('no rule');
    const facts = examplesOf(rule).fail.facts();
    const reason = { kind: 'denied', operation: 'get configmaps', message: 'no' } as const;
    const snapshot = {
      ...facts.snapshot,
      regions: facts.snapshot.regions.map(region => ({
        ...region,
        clusters: complete(
          valueOr(region.clusters, []).map(cluster =>
            cluster.kubernetes.status === 'unavailable'
              ? cluster
              : {
                  ...cluster,
                  kubernetes: complete({
                    ...cluster.kubernetes.value,
                    configuredRoles: { status: 'unavailable', reason } as const,
                  }),
                },
          ),
        ),
      })),
    };
    expect(reportedBy('pod-role-unannotated', facts).map(([severity]) => severity)).toEqual(['medium']);
    expect(reportedBy('pod-role-unannotated', { ...facts, snapshot })).toEqual([['unknown', 'unread']]);
  });
});
