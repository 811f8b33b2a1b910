/** A sound change of each kind, in the forms that make other commands. */
import { webhookDocument } from '../../lib/fixes/webhook-document.ts';
import type { Change, ChangeKind } from '../../lib/model/step.ts';
import { exampleAccountId, exampleIssuer } from '../support/example-world.ts';

const authority = 'c'.repeat(64);
const cluster = {
  name: 'shop',
  arn: `arn:aws:eks:eu-west-1:${exampleAccountId}:cluster/shop`,
  server: 'https://ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com',
  authority,
  context: 'prod',
};
/** Known by its kubeconfig alone. */
const local = { name: 'shop', server: 'https://127.0.0.1:6443', context: 'kind-shop' };
const clusterArn = cluster.arn;
const namespace = 'checkout';
const serviceAccount = 'cart';
const roleArn = `arn:aws:iam::${exampleAccountId}:role/team/checkout-cart`;
const other = roleArn.replace(/cart$/, 'other');
const providerArn = `arn:aws:iam::${exampleAccountId}:oidc-provider/${exampleIssuer.replace('https://', '')}`;
const [one, two] = ['AA'.repeat(20), 'bb'.repeat(20)] as const;
const policy = (effect: string): string => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: effect }] });
const key = 'eks.amazonaws.com/role-arn';
const pods = [{ name: 'cart-1', createdAt: '2026-11-01T05:00:00Z' }, { name: 'cart-0' }];
const restartAt = '2026-11-01T05:00:01Z';
const association = {
  ...{ namespace, serviceAccount, roleArn, targetRoleArn: null, disableSessionTags: null, policy: null },
};
const whole = {
  ...{ namespace, serviceAccount, roleArn, targetRoleArn: other, disableSessionTags: true, policy: policy('Deny') },
};
const webhook = webhookDocument('QUJD');
const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'irsa-auditor' } };
const reading = { ...role, rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }] };

/** By kind and form. */
export const soundChanges = {
  'trust-policy': [{ kind: 'trust-policy', roleArn, before: policy('Deny'), after: policy('Allow') }],
  thumbprints: [{ kind: 'thumbprints', providerArn, before: [two, one], after: [one] }],
  'audience-added': [{ kind: 'audience-added', providerArn, audience: 'sts.amazonaws.com' }],
  'audience-removed': [
    { kind: 'audience-removed', providerArn, audience: 'vault' },
    { kind: 'audience-removed', providerArn: providerArn.replace('arn:aws:', 'arn:aws-cn:'), audience: 'file:///x`y' },
  ],
  'provider-created': [
    { kind: 'provider-created', providerArn, audiences: ['vault', 'sts.amazonaws.com'] },
    { kind: 'provider-created', providerArn, audiences: [], thumbprints: [two, one] },
  ],
  'provider-deleted': [
    { kind: 'provider-deleted', providerArn },
    {
      kind: 'provider-deleted',
      providerArn,
      before: { audiences: ['vault', 'sts.amazonaws.com'], thumbprints: [two] },
    },
  ],
  annotation: [
    { kind: 'annotation', cluster, namespace, serviceAccount, key, before: other, after: roleArn },
    { kind: 'annotation', cluster: local, namespace, serviceAccount, key, before: other },
    { kind: 'annotation', cluster, namespace, serviceAccount, key: 'team', after: 'shop' },
    { kind: 'annotation', cluster, namespace, serviceAccount, key: 'team', before: 'shop' },
  ],
  label: [{ kind: 'label', cluster, namespace, serviceAccount, key, before: 'x' }],
  'service-account-created': [
    { kind: 'service-account-created', cluster, namespace, serviceAccount, annotations: { [key]: roleArn, team: 'a' } },
  ],
  'service-account-deleted': [
    { kind: 'service-account-deleted', cluster, namespace, serviceAccount, annotations: { [key]: roleArn } },
  ],
  'workload-service-account': [
    {
      kind: 'workload-service-account',
      cluster,
      namespace,
      workload: 'deployment/cart',
      before: 'default',
      after: 'cart',
    },
  ],
  'pods-restarted': [
    { kind: 'pods-restarted', cluster, namespace, workload: 'deployment/cart', pods, restartAt },
    { kind: 'pods-restarted', cluster, namespace, workload: 'statefulset/cart', pods },
    { kind: 'pods-restarted', cluster, namespace, workload: 'rollout/cart', pods, restartAt },
    { kind: 'pods-restarted', cluster: local, namespace, workload: 'cronjob/cart', pods, restartAt },
  ],
  'webhook-restored': [
    { kind: 'webhook-restored', cluster, caBundle: 'QUJD', isThere: true, version: '77' },
    { kind: 'webhook-restored', cluster, caBundle: 'QUJD', isThere: true },
    { kind: 'webhook-restored', cluster, caBundle: 'QUJD', isThere: false },
  ],
  'auditor-access-granted': [{ kind: 'auditor-access-granted', cluster }],
  'objects-reverted': [
    {
      kind: 'objects-reverted',
      cluster,
      documents: [JSON.stringify(webhook), JSON.stringify(reading)],
      absent: ['clusterrolebinding/irsa-auditor'],
    },
    { kind: 'objects-reverted', cluster, documents: [], absent: [] },
  ],
  'addon-role': [
    { kind: 'addon-role', clusterArn, addon: 'vpc-cni', before: other, after: roleArn },
    { kind: 'addon-role', clusterArn, addon: 'vpc-cni', after: roleArn },
  ],
  'addon-created': [{ kind: 'addon-created', clusterArn, addon: 'eks-pod-identity-agent' }],
  'association-created': [
    { kind: 'association-created', clusterArn, association },
    { kind: 'association-created', clusterArn, association: whole },
  ],
  'association-updated': [
    {
      ...{ kind: 'association-updated', clusterArn, associationId: 'a-1' },
      before: { roleArn: other, targetRoleArn: null, disableSessionTags: true },
      after: { roleArn, targetRoleArn: other, disableSessionTags: false },
    },
    {
      ...{ kind: 'association-updated', clusterArn, associationId: 'a-1' },
      before: { targetRoleArn: other },
      after: { targetRoleArn: null },
    },
    {
      ...{ kind: 'association-updated', clusterArn, associationId: 'a-1' },
      before: { disableSessionTags: null },
      after: { disableSessionTags: true },
    },
  ],
  'association-deleted': [
    { kind: 'association-deleted', clusterArn, associationId: 'a-1', namespace, serviceAccount },
    {
      ...{ kind: 'association-deleted', clusterArn, associationId: 'a-1', namespace, serviceAccount },
      before: { roleArn, targetRoleArn: other },
    },
  ],
  'quota-requested': [{ kind: 'quota-requested', accountId: exampleAccountId, code: 'L-C07B4B0D', value: 4096 }],
} as const satisfies Readonly<Record<ChangeKind, readonly Change[]>>;
