import { expect, test } from '@jest/globals';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { ConditionVerdict, KubernetesFacts, WebhookEntry } from '../../../lib/model/kubernetes.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { webhookInvalid } from '../../../lib/rules/webhook/webhook-invalid.ts';
import { aPod, aWebhook } from '../../support/example-cluster.ts';
import { barePod, refused, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { reportedBy, verdictOf } from '../../support/verdict-of.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { authority, entry, nobody, run } from './worlds.ts';

type Service = NonNullable<WebhookEntry['service']>;

const self = (
  service: Omit<Service, 'ready'> | undefined,
  inside: Partial<KubernetesFacts> = {},
  ready: Service['ready'] = complete(2),
) => {
  const { url: _url, ...rest } = aWebhook().webhooks[0] as WebhookEntry;
  const webhooks = [{ ...rest, ...(service ? { service: { ...service, ready } } : {}) }] as readonly WebhookEntry[];
  return worldOf({ webhook: complete({ name: 'pod-identity-webhook', webhooks }), ...inside });
};

const expression = (key: string, operator: string, ...values: readonly string[]) => ({
  matchLabels: {},
  matchExpressions: [{ key, operator, values }],
});

const labelled = (labels: Readonly<Record<string, string>>) => ({ matchLabels: labels, matchExpressions: [] });

const unmet: ConditionVerdict = { kind: 'unmet', condition: 'c' };

/** A cluster whose webhook has a condition, with what it makes of namespaces (the role is in `checkout`) and of the pod. */
const conditioned = (
  failurePolicy: string | undefined,
  namespaces: Readonly<Record<string, ConditionVerdict>>,
  pod?: ConditionVerdict | 'no pods' | 'unread',
) => {
  const { failurePolicy: _, ...rest } = aWebhook().webhooks[0] as WebhookEntry;
  const webhook = {
    ...rest,
    ...(failurePolicy ? { failurePolicy } : {}),
    matchConditions: [{ name: 'c', expression: 'e' }],
  };
  const named = ['checkout', 'other'].map(name => {
    const conditions = namespaces[name];
    return { name, labels: {}, terminating: false, ...(conditions ? { conditions } : {}) };
  });
  const pods = pod === 'no pods' ? [] : [aPod(typeof pod === 'object' ? { conditions: pod } : {})];
  return worldOf({
    webhook: complete({ name: 'pod-identity-webhook', webhooks: [webhook] }),
    namespaces: complete(named),
    pods: pod === 'unread' ? refused : complete(pods),
  });
};

run('webhook-invalid', [
  [
    'reports a configuration without entries',
    worldOf({ webhook: complete({ name: 'pod-identity-webhook', webhooks: [] }) }),
    ['critical noEntry'],
  ],
  ['reports another port of the API server’s host', entry({ url: 'https://127.0.0.1:443/mutate' }), ['critical url']],
  ['reports a URL that is not https', entry({ url: 'http://127.0.0.1:23443/mutate' }), ['critical url']],
  ['reports a URL on another host', entry({ url: 'https://webhook.example.com/mutate' }), ['critical otherHost']],
  [
    'takes a URL on another host that injected a pod a minute ago',
    entry({ url: 'https://webhook.example.com/mutate' }, withPods(aPod({ createdAt: '2026-11-01T05:59:00Z' }))),
    [],
  ],
  ['reports neither URL nor service', self(undefined), ['critical noTarget']],
  ['takes a service with its path', self({ namespace: 'kube-system', name: 'w', path: '/mutate' }), []],
  ['reports a service without a path', self({ namespace: 'kube-system', name: 'w' }), ['critical noPath']],
  [
    'reports a service in a namespace that does not exist',
    self({ namespace: 'gone', name: 'w', path: '/mutate' }),
    ['critical namespaceMissing'],
  ],
  [
    'is unknown for a service in namespaces that were not read',
    self({ namespace: 'x', name: 'w', path: '/mutate' }, { namespaces: refused }),
    ['unknown unread'],
  ],
  [
    'reports a service without a ready endpoint: it does not exist, or none of its pods runs',
    self({ namespace: 'kube-system', name: 'w', path: '/mutate' }, {}, complete(0)),
    ['critical noEndpoints'],
  ],
  [
    'is unknown for a service without endpoint that injected a pod a minute ago',
    self(
      { namespace: 'kube-system', name: 'w', path: '/mutate' },
      withPods(aPod({ createdAt: '2026-11-01T05:59:00Z' })),
      complete(0),
    ),
    ['unknown ambiguous'],
  ],
  [
    'is unknown for a service whose endpoints were refused',
    self({ namespace: 'kube-system', name: 'w', path: '/mutate' }, {}, refused),
    ['unknown unread'],
  ],
  [
    'reports rules for another resource',
    entry({ rules: [{ operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['nodes'] }] }),
    ['critical rules'],
  ],
  [
    'takes rules of wildcards',
    entry({ rules: [{ operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*/*'] }] }),
    [],
  ],
  [
    'reports review versions that the API server does not send',
    entry({ admissionReviewVersions: ['v2'] }),
    ['critical reviewVersions'],
  ],
  ['reports an empty list of review versions', entry({ admissionReviewVersions: [] }), ['critical reviewVersions']],
  ['does not know whether the webhook takes v1', entry({ admissionReviewVersions: ['v1'] }), ['unknown undocumented']],
  ['takes both review versions', entry({ admissionReviewVersions: ['v1', 'v1beta1'] }), []],
  ['takes the failure policy Fail', entry({ failurePolicy: 'Fail' }), []],
  [
    'reports an empty bundle',
    entry({ caCertificates: unavailable({ kind: 'invalid', operation: 'x', message: 'it is empty' }) }),
    ['critical bundle'],
  ],
  [
    'reports a CA that expired',
    entry({ caCertificates: complete([authority({ notAfter: '2021-01-01T00:00:00Z' })]) }),
    ['critical caExpired'],
  ],
  [
    'reports a CA that is not valid yet',
    entry({ caCertificates: complete([authority({ notBefore: '2030-01-01T00:00:00Z' })]) }),
    ['critical caNotYetValid'],
  ],
  ...['2026-10-01T00:00:00Z', '2026-12-01T00:00:00Z'].map(
    notAfter =>
      [
        `takes a bundle of two CAs, of which one ends at ${notAfter}`,
        entry({ caCertificates: complete([authority({ notAfter }), authority({ subject: 'CN=y' })]) }),
        [],
      ] as const,
  ),
  [
    'reports a namespace that is left out',
    entry({ namespaceSelector: expression('kubernetes.io/metadata.name', 'NotIn', 'checkout') }),
    ['critical namespaceSelector'],
  ],
  [
    'reports a namespace that a condition leaves out',
    conditioned('Ignore', { checkout: unmet }),
    ['critical conditionNamespaces'],
  ],
  ['takes a condition that leaves out a namespace without roles', conditioned('Ignore', { other: unmet }), []],
  ['reports pods that a condition leaves out', conditioned('Ignore', {}, unmet), ['high conditionPods']],
  ['takes pods that their own mark leaves out', conditioned('Ignore', {}, { ...unmet, byOwnMark: true }), []],
  [
    'takes an error of a condition as left out, where the failure policy is Ignore',
    conditioned('Ignore', {}, { ...unmet, kind: 'error' }),
    ['high conditionPods'],
  ],
  [
    'reports that an error of a condition refuses pods, where the failure policy is Fail',
    conditioned('Fail', {}, { ...unmet, kind: 'error' }),
    ['high conditionRefuses'],
  ],
  [
    'does the same where no failure policy is written: Fail is the default',
    conditioned(undefined, {}, { ...unmet, kind: 'error' }),
    ['high conditionRefuses'],
  ],
  [
    'does not know about pods for which a condition is not decided',
    conditioned('Ignore', {}, { ...unmet, kind: 'undecided' }),
    ['unknown request-dependent'],
  ],
  [
    'takes pods for which the conditions hold, though they cannot be decided for all of the namespace',
    conditioned('Ignore', { checkout: { ...unmet, kind: 'undecided' } }, undefined),
    [],
  ],
  [
    'does not know about a namespace without pods for which a condition is not decided',
    conditioned('Ignore', { checkout: { ...unmet, kind: 'undecided' } }, 'no pods'),
    ['unknown request-dependent'],
  ],
  [
    'does not know where pods were not read and a condition is not decided for all of the namespace',
    conditioned('Ignore', { checkout: { ...unmet, kind: 'undecided' } }, 'unread'),
    ['unknown unread'],
  ],
  [
    'takes conditions that hold for the whole namespace, though its pods were not read',
    conditioned('Ignore', {}, 'unread'),
    [],
  ],
  [
    'takes a selector that leaves out another namespace',
    entry({ namespaceSelector: expression('kubernetes.io/metadata.name', 'NotIn', 'kube-system') }),
    [],
  ],
  [
    'reports a label that no pod with a role has',
    entry({ objectSelector: labelled({ inject: 'yes' }) }),
    ['critical objectSelector'],
  ],
  [
    'reports a label that only some pods with a role have',
    entry(
      { objectSelector: labelled({ inject: 'yes' }) },
      withPods(aPod({ labels: { inject: 'yes' } }), aPod({ name: 'b' })),
    ),
    ['high objectSelectorSome'],
  ],
  [
    'says nothing of pods that leave themselves out',
    entry({ objectSelector: expression('inject', 'NotIn', 'no') }, withPods(aPod({ labels: { inject: 'no' } }))),
    [],
  ],
  [
    'finds the self-hosted entry behind another one',
    worldOf({
      webhook: complete({
        name: 'pod-identity-webhook',
        webhooks: [
          ...aWebhook({ name: 'other', rules: [] }).webhooks,
          ...aWebhook({ name: 'pod-identity-webhook.amazonaws.com' }).webhooks,
        ],
      }),
    }),
    [],
  ],
  ['does not apply where no service account has a role', entry({ rules: [] }, nobody), []],
]);

test('of several faults the worst is the message and all are evidence', () => {
  const facts = entry({ url: 'https://127.0.0.1:443/mutate', rules: [] });
  const [found] = verdictOf(webhookInvalid, facts).findings;
  expect(found?.messageId).toBe('url');
  expect(found?.evidence.map(({ what }) => what)).toEqual(['clientConfig', 'rules']);
});

test('pods that a selector leaves out are folded into the webhook’s finding, others are not', () => {
  const facts = entry(
    { objectSelector: labelled({ inject: 'yes' }) },
    withPods(
      barePod({ owner: { kind: 'Job', name: 'left' } }),
      barePod({ name: 'b', labels: { inject: 'yes' }, owner: { kind: 'Job', name: 'kept' } }),
    ),
  );
  const { findings } = evaluate(facts, { rules: catalog });
  expect(findings.find(one => one.ruleId === 'webhook-invalid')?.explains.map(one => one.subject)).toEqual([
    expect.stringContaining('/Job/left/'),
  ]);
  expect(findings.find(one => one.ruleId === 'pod-not-injected')?.subject).toContain('/Job/kept/');
});

test('a pod whose label opts out is no effect of a broken webhook', () => {
  const label = { 'eks.amazonaws.com/skip-pod-identity-webhook': 'false' };
  const facts = entry(
    { url: 'https://127.0.0.1:443/mutate' },
    withPods(
      barePod({ owner: { kind: 'Job', name: 'hit' } }),
      barePod({ name: 'b', labels: label, owner: { kind: 'Job', name: 'out' } }),
    ),
  );
  const { findings } = evaluate(facts, { rules: catalog });
  expect(findings.find(one => one.ruleId === 'webhook-invalid')?.explains.map(one => one.subject)).toEqual([
    expect.stringContaining('/Job/hit/'),
  ]);
  expect(findings.find(one => one.ruleId === 'pod-not-injected')?.messageId).toBe('optedOut');
});

test('messages name the cluster and what is wrong', () => {
  expect(reportedBy('webhook-invalid', entry({ url: 'https://webhook.example.com/mutate' }))).toEqual([
    ['critical', 'otherHost', { cluster: 'shop', host: 'webhook.example.com' }],
  ]);
});
