/** Forms of the webhook of a cluster, of the cluster, and of pods that it should have injected. */
import type { Facts } from '../../../lib/facts/facts.ts';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { type Collected, complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type {
  KubernetesFacts,
  Namespace,
  Pod,
  WebhookConfiguration,
  WebhookEntry,
} from '../../../lib/model/kubernetes.ts';
import { aPod, aReadCluster, aServiceAccount, aWebhook } from '../example-cluster.ts';
import { aCluster, someFacts } from '../example-world.ts';
import { aGap, barePod, denied } from '../in-cluster-world.ts';
import { identityPod } from '../whole-worlds.ts';
import { type Forms, formsOf } from './paired-worlds.ts';

interface Parts {
  readonly webhook?: Collected<WebhookConfiguration | undefined>;
  readonly entry?: Partial<WebhookEntry>;
  readonly authority?: Partial<WebhookEntry>;
  readonly cluster?: Partial<ClusterSnapshot>;
  readonly pods?: Collected<readonly Pod[]>;
  readonly accounts?: Partial<KubernetesFacts>;
  readonly namespaces?: Collected<readonly Namespace[]>;
}

const forms = formsOf<Parts>();
const authority = {
  subject: 'CN=kubernetes',
  sha256: 'c'.repeat(64),
  notBefore: '2026-01-10T09:00:00.000Z',
  notAfter: '2036-01-08T09:00:00.000Z',
};
const otherAuthority = { ...authority, subject: 'CN=other', sha256: 'd'.repeat(64) };
const service = { namespace: 'kube-system', name: 'webhook', path: '/mutate', port: 443, ready: complete(2) };
const all = { matchLabels: {}, matchExpressions: [] };
const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'], scope: '*' };
const skips = { key: 'eks.amazonaws.com/skip-pod-identity-webhook', operator: 'DoesNotExist', values: [] };
const two = aWebhook().webhooks;

const missed = (name: string, over: Partial<Pod> = {}): Pod =>
  barePod({ name, owner: { kind: 'Deployment', name }, createdAt: '2026-10-20T10:00:00Z', ...over });
const { owner: _owner, ...naked } = missed('by-hand');
const associated = { id: 'a-1', namespace: 'checkout', serviceAccount: 'web', createdAt: '2026-02-01T10:00:00Z' };
const { issuer: _issuer, createdAt: _made, version: _version, endpoint: _endpoint, ...described } = aCluster();

/** The forms of each part. */
export const webhookForms: Forms<Parts> = {
  entry: forms('entry', {
    'as EKS has it': {},
    'another path': { url: 'https://127.0.0.1:23443/other' },
    'another host': { url: 'https://webhook.example/mutate' },
    http: { url: 'http://127.0.0.1:23443/mutate' },
    'a service': { url: undefined, service } as unknown as Partial<WebhookEntry>,
    'a service without endpoints': { service: { ...service, ready: complete(0) } },
    'a service of another namespace': { service: { ...service, namespace: 'gone', ready: unavailable(denied) } },
    'no pods': { rules: [{ ...rule, resources: ['services'] }] },
    'updates alone': {
      rules: [
        { ...rule, operations: ['UPDATE'] },
        { ...rule, apiVersions: ['v2'] },
      ],
    },
    everything: { rules: [{ ...rule, operations: ['*'], apiGroups: ['*'], apiVersions: ['*'], resources: ['*'] }] },
    'of the cluster alone': { rules: [{ ...rule, scope: 'Cluster' }] },
    'of no version of reviews': { admissionReviewVersions: ['v2'] },
    'it must succeed': { failurePolicy: 'Fail', admissionReviewVersions: ['v1', 'v1beta1'] },
    'selected namespaces': { namespaceSelector: { ...all, matchLabels: { irsa: 'on' } } },
    'namespaces by expressions': {
      namespaceSelector: {
        ...all,
        matchExpressions: [
          { key: 'kubernetes.io/metadata.name', operator: 'NotIn', values: ['kube-system', 'checkout'] },
        ],
      },
    },
    'selected pods': { objectSelector: { matchLabels: { app: 'web' }, matchExpressions: [skips] } },
    'pods without a label': { objectSelector: { ...all, matchExpressions: [skips] } },
    'an odd selector': {
      objectSelector: { ...all, matchExpressions: [{ key: 'app', operator: 'Near', values: ['x'] }] },
    },
    conditions: { matchConditions: [{ name: 'not-system', expression: "object.metadata.namespace != 'checkout'" }] },
  }),
  pods: forms('pods', {
    'an injected pod': complete([aPod()]),
    'no pods': complete([]),
    'a missed pod': complete([missed('cart')]),
    'two missed workloads': complete([aPod(), missed('cart'), missed('web')]),
    'two missed workloads, one by an association': complete([missed('cart'), missed('web', { serviceAccount: 'web' })]),
    'injected twice, then missed': complete([
      aPod({ createdAt: '2026-10-01T10:00:00Z' }),
      aPod({ name: 'cart-2', createdAt: '2026-10-20T09:55:00Z' }),
      missed('cart'),
      missed('web'),
    ]),
    'missed before one that was not': complete([
      missed('cart'),
      missed('web'),
      aPod({ createdAt: '2026-10-30T10:00:00Z' }),
    ]),
    'missed pods of no owner': complete([
      naked,
      { ...naked, name: 'by-hand-2' },
      missed('web', { labels: { app: 'web' } }),
    ]),
    'pods by a condition': complete([
      missed('cart', { conditions: { kind: 'unmet', condition: 'not-system' } }),
      missed('web', { conditions: { kind: 'undecided', condition: 'not-system' } }),
      missed('old', { conditions: { kind: 'error', condition: 'not-system', byOwnMark: true } }),
    ]),
    'pods of EKS Pod Identity': complete([identityPod(), missed('web', { onFargate: true })]),
    'pods in part': withGaps([missed('cart')], [aGap('list pods')]),
    'pods refused': unavailable(denied),
    'mirrors and opted out': complete([
      missed('a', { isMirror: true }),
      missed('b', { labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': '' } }),
    ]),
  }),
  webhook: forms('webhook', {
    'the webhook': complete(aWebhook()),
    none: complete(undefined) as Collected<WebhookConfiguration | undefined>,
    refused: unavailable(denied),
    'in part': withGaps(aWebhook(), [aGap('get mutatingwebhookconfigurations')]),
    'of another name': complete({ ...aWebhook(), name: 'own-webhook', managedBy: { tool: 'Helm', name: 'hook' } }),
    'of two entries': complete({ ...aWebhook(), webhooks: [...two, ...two.map(one => ({ ...one, name: 'second' }))] }),
    'of no entry': complete({ ...aWebhook(), webhooks: [] }),
  }),
  authority: forms('authority', {
    'its authority': {},
    none: { caBundle: '', caCertificates: complete([]) },
    another: { caCertificates: complete([otherAuthority]) },
    both: { caCertificates: complete([otherAuthority, authority]) },
    'one that is over': { caCertificates: complete([{ ...authority, notAfter: '2026-01-11T00:00:00Z' }]) },
    'one that ends soon': { caCertificates: complete([{ ...authority, notAfter: '2026-11-20T00:00:00Z' }]) },
    'one to come': { caCertificates: complete([{ ...authority, notBefore: '2027-01-11T00:00:00Z' }]) },
    unreadable: {
      caCertificates: unavailable({ kind: 'invalid', operation: 'read caBundle', message: 'it is no certificate' }),
    },
  }),
  cluster: forms('cluster', {
    'a cluster': {},
    'with authorities of EKS': {
      authorities: complete([
        { id: 'ca-1', sha256: authority.sha256, signing: 'IN_USE' },
        { id: 'ca-2', sha256: otherAuthority.sha256, signing: 'NOT_USED' },
      ]),
      cluster: aCluster({ caCertificates: [authority, otherAuthority] }),
    },
    'whose authority changes': {
      authorities: complete([
        { id: 'ca-1', sha256: authority.sha256, signing: 'NOT_USED', lastActivation: '2026-01-01T00:00:00Z' },
        { id: 'ca-2', sha256: otherAuthority.sha256, signing: 'ACTIVATING', activatedAt: '2026-10-30T00:00:00Z' },
      ]),
      cluster: aCluster({ caCertificates: [otherAuthority] }),
    },
    'whose authorities were not read': { authorities: unavailable(denied), cluster: aCluster({ caCertificates: [] }) },
    'in Auto Mode': { cluster: aCluster({ autoMode: true, caCertificates: [authority] }) },
    'of one’s own': { cluster: { ...described, name: 'kops', region: 'unknown', context: 'kops' } },
    'with an association': { podIdentity: complete([associated]) },
  }),
  accounts: forms('accounts', {
    'its service account': {},
    'nobody uses it': { serviceAccounts: complete([aServiceAccount({ annotations: {} })]) },
    'annotated lately': { serviceAccounts: complete([aServiceAccount({ annotatedAt: '2026-10-20T09:55:00Z' })]) },
    'service accounts refused': { serviceAccounts: unavailable(denied) },
    'service accounts in part': { serviceAccounts: withGaps([aServiceAccount()], [aGap('list serviceaccounts')]) },
    'two of them': {
      serviceAccounts: complete([aServiceAccount(), aServiceAccount({ name: 'web', annotations: {} })]),
    },
  }),
  namespaces: forms('namespaces', {
    'two namespaces': complete([
      { name: 'checkout', labels: { 'kubernetes.io/metadata.name': 'checkout' }, terminating: false },
      { name: 'kube-system', labels: { irsa: 'on' }, terminating: false },
    ]),
    'namespaces refused': unavailable(denied),
    'namespaces in part': withGaps(
      [{ name: 'kube-system', labels: {}, terminating: false }],
      [aGap('list namespaces')],
    ),
    'conditions on a namespace': complete([
      {
        name: 'checkout',
        labels: { irsa: 'on' },
        terminating: true,
        conditions: { kind: 'undecided', condition: 'not-system' },
      },
    ]),
  }),
};

/** A world of these forms. */
export const webhookWorld = ({ webhook, entry, authority, cluster, pods, accounts, namespaces }: Parts): Facts => {
  const changed = (one: WebhookEntry): WebhookEntry => {
    const { url, ...rest } = { ...one, ...entry, ...authority };
    return rest.service === undefined && url !== undefined ? { ...rest, url } : rest;
  };
  const given = webhook ?? complete(aWebhook());
  const made =
    given.status === 'unavailable' || given.value === undefined
      ? given
      : { ...given, value: { ...given.value, webhooks: given.value.webhooks.map(changed) } };
  return someFacts({
    settings: { inCluster: true },
    clusters: complete([
      aReadCluster(
        {
          webhook: made,
          pods: pods ?? complete([]),
          namespaces: namespaces ?? complete([]),
          ...accounts,
          ...(cluster?.cluster?.context === undefined ? {} : { issuer: complete('https://k8s.example') }),
        },
        cluster,
      ),
    ]),
  });
};
