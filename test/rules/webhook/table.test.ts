import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import type { Cluster } from '../../../lib/model/cluster.ts';
import { complete, unavailable } from '../../../lib/model/collected.ts';
import type { CaCertificate, ConditionVerdict, KubernetesFacts, WebhookEntry } from '../../../lib/model/kubernetes.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { webhookInvalid } from '../../../lib/rules/webhook/webhook-invalid.ts';
import { webhookMissing } from '../../../lib/rules/webhook/webhook-missing.ts';
import { aPod, aReadCluster, aServiceAccount, aWebhook } from '../../support/example-cluster.ts';
import { aCluster, exampleIssuer } from '../../support/example-world.ts';
import { aGap, barePod, refused, verdicts, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { reportedBy, verdictOf } from '../../support/verdict-of.ts';

type Case = readonly [title: string, facts: Facts, expected: readonly string[]];
const run = (ruleId: string, cases: readonly Case[]) =>
  describe(ruleId, () => {
    test.each(cases.map(one => [...one] as const))('%s', (_title, facts, expected) =>
      expect(verdicts(ruleId, facts)).toEqual(expected),
    );
  });

const entry = (over: Partial<WebhookEntry>, inside: Partial<KubernetesFacts> = {}) =>
  worldOf({ webhook: complete(aWebhook(over)), ...inside });
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
const authority = (over: Partial<CaCertificate> = {}): CaCertificate => ({
  subject: 'CN=x',
  sha256: 'd'.repeat(64),
  notBefore: '2020-01-01T00:00:00Z',
  notAfter: '2036-01-01T00:00:00Z',
  ...over,
});
const expression = (key: string, operator: string, ...values: readonly string[]) => ({
  matchLabels: {},
  matchExpressions: [{ key, operator, values }],
});
const labelled = (labels: Readonly<Record<string, string>>) => ({ matchLabels: labels, matchExpressions: [] });
const partlyRead = { serviceAccounts: { status: 'partial' as const, value: [], gaps: [aGap('list serviceaccounts')] } };
const nobody = { serviceAccounts: complete([aServiceAccount({ annotations: {} })]), pods: complete([]) };

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

run('webhook-ca-mismatch', [
  [
    'reports another authority on the API server’s own host',
    entry({ caCertificates: complete([authority()]) }),
    ['medium otherAuthority'],
  ],
  [
    'does not apply elsewhere',
    entry({ url: 'https://webhook.example/mutate', caCertificates: complete([authority()]) }),
    [],
  ],
  [
    'is unknown while it is open whether anybody has a role',
    entry({ caCertificates: complete([authority()]) }, partlyRead),
    ['unknown unread'],
  ],
]);

test('one certificate of the cluster in the bundle is enough; else both authorities are told', () => {
  const [own] = aReadCluster().cluster.caCertificates;
  if (!own) throw new Error('got no authority of the cluster, want one');
  expect(verdicts('webhook-ca-mismatch', entry({ caCertificates: complete([authority(), own]) }))).toEqual([]);
  expect(verdicts('webhook-ca-mismatch', entry({ caCertificates: complete([own, authority()]) }))).toEqual([]);
  const rule = catalog.find(({ id }) => id === 'webhook-ca-mismatch');
  const [found] = rule ? verdictOf(rule, entry({ caCertificates: complete([authority()]) })).findings : [];
  expect(found?.evidence).toMatchObject([
    {
      what: 'clientConfig.caBundle',
      got: `CN=x (SHA-256 ${'d'.repeat(64)})`,
      wanted: `${own.subject} (SHA-256 ${own.sha256})`,
    },
  ]);
});

/** Clusters that somebody runs himself: what is true of EKS need not be of them. */
const { issuer: _issuer, createdAt: _made, version: _version, endpoint: _endpoint, ...described } = aCluster();
const byKubeconfig = (over: Partial<Cluster> = {}): Cluster => ({
  ...described,
  arn: 'arn:aws:eks:unknown:000000000000:cluster/kops',
  name: 'kops',
  region: 'unknown',
  ...over,
});
const without = (cluster: Cluster, inside: Partial<KubernetesFacts> = {}) =>
  worldOf({ issuer: refused, webhook: complete(undefined), ...inside }, {}, { cluster });

run('webhook-missing', [
  ['reports a cluster of EKS', without(aCluster()), ['critical missing']],
  [
    'does not know the webhook of a self-hosted cluster',
    without(byKubeconfig({ endpoint: 'https://api.kops.example' })),
    ['unknown ambiguous'],
  ],
  ['does not know the webhook of a cluster of which nothing is known', without(byKubeconfig()), ['unknown ambiguous']],
  [
    'does not take an issuer in S3 for one of EKS',
    without(byKubeconfig({ issuer: 'https://oidc.s3.eu-west-1.amazonaws.com' })),
    ['unknown ambiguous'],
  ],
  [
    'takes an issuer of EKS for a cluster of EKS',
    without(byKubeconfig({ issuer: exampleIssuer })),
    ['critical missing'],
  ],
  [
    'takes an announced issuer of EKS too',
    without(byKubeconfig(), { issuer: complete(exampleIssuer) }),
    ['critical missing'],
  ],
  [
    'takes an endpoint of EKS',
    without(byKubeconfig({ endpoint: 'https://AB.gr7.eu-west-1.eks.amazonaws.com' })),
    ['critical missing'],
  ],
  [
    'takes an endpoint of EKS in China',
    without(byKubeconfig({ endpoint: 'https://AB.yl4.cn-north-1.eks.amazonaws.com.cn' })),
    ['critical missing'],
  ],
  ['takes a kubeconfig that names the ARN', without(described), ['critical missing']],
  [
    'does not report a cluster in which a pod was injected a minute ago: its webhook has another name',
    without(aCluster(), withPods(aPod({ createdAt: '2026-11-01T05:59:00Z' }))),
    ['unknown ambiguous'],
  ],
  ['is unknown where RBAC refuses the configuration', worldOf({ webhook: refused }), ['unknown unread']],
  ['is unknown while it is open whether anybody has a role', without(aCluster(), partlyRead), ['unknown unread']],
  ['does not apply where no service account has a role', without(aCluster(), nobody), []],
]);

describe('fixes', () => {
  const commandOf = (facts: Facts, rule: typeof webhookInvalid | typeof webhookMissing) =>
    verdictOf(rule, facts).findings[0]?.fix.commands ?? [];
  const broken = (over: Partial<Cluster> = {}) =>
    worldOf({ webhook: complete(aWebhook({ rules: [] })) }, {}, { cluster: aCluster(over) });

  test('of a wrong configuration the webhooks alone are set; a missing one is applied', () => {
    const [patch = ''] = commandOf(broken({ certificateAuthority: 'LS0t' }), webhookInvalid);
    expect(patch).toMatch(
      /^kubectl --context \S+ patch --type json --patch-file \/dev\/stdin -- mutatingwebhookconfiguration\/pod-identity-webhook <<'JSON'\n/,
    );
    const [apply = ''] = commandOf(without(aCluster({ certificateAuthority: 'LS0t' })), webhookMissing);
    expect(apply).toMatch(/^kubectl --context \S+ apply --filename - <<'JSON'\n/);
  });

  test('the document that the shell hands over is the configuration of EKS with the cluster’s authority', () => {
    const [command = ''] = commandOf(without(aCluster({ certificateAuthority: 'LS0t' })), webhookMissing);
    const printed = execFileSync('sh', ['-c', command.replace(/^kubectl .* --filename -/, 'cat')], {
      encoding: 'utf8',
    });
    expect(JSON.parse(printed)).toMatchObject({
      kind: 'MutatingWebhookConfiguration',
      metadata: { name: 'pod-identity-webhook' },
      webhooks: [{ clientConfig: { url: 'https://127.0.0.1:23443/mutate', caBundle: 'LS0t' }, namespaceSelector: {} }],
    });
  });

  test('no command is given where the authority of the cluster is not known', () => {
    expect(commandOf(broken(), webhookInvalid)).toEqual([]);
    const anywhere = byKubeconfig({ issuer: exampleIssuer });
    expect(
      commandOf(worldOf({ webhook: complete(aWebhook({ rules: [] })) }, {}, { cluster: anywhere }), webhookInvalid),
    ).toEqual([]);
  });

  test('commands go to the context through which the cluster was read', () => {
    expect(commandOf(broken({ certificateAuthority: 'LS0t', context: 'shop' }), webhookInvalid)[0]).toMatch(
      /^kubectl --context shop patch /,
    );
  });

  test('a self-hosted cluster does not get the webhook of EKS', () => {
    const facts = worldOf(
      { issuer: refused, webhook: complete(aWebhook({ rules: [] })) },
      {},
      { cluster: byKubeconfig() },
    );
    expect(verdictOf(webhookInvalid, facts).findings[0]?.fix).toMatchObject({
      commands: [],
      choice: expect.any(String),
    });
  });
});

test('a local cluster on Outposts has no IRSA: one finding, and no command that would change nothing', () => {
  const { issuer: _, ...local } = aCluster({ name: 'outpost' });
  const { findings } = evaluate(without(local, withPods(barePod())), { rules: catalog });
  // The example's role trusts the issuer of another cluster, which is a finding of its own.
  const ofCluster = findings.filter(({ ruleId }) => ruleId !== 'issuer-outside');
  expect(ofCluster.map(({ ruleId, explains }) => [ruleId, explains.map(one => one.ruleId)])).toEqual([
    ['cluster-issuer-absent', ['pod-not-injected']],
  ]);
});

test('messages name the cluster and what is wrong', () => {
  expect(reportedBy('webhook-invalid', entry({ url: 'https://webhook.example.com/mutate' }))).toEqual([
    ['critical', 'otherHost', { cluster: 'shop', host: 'webhook.example.com' }],
  ]);
});
