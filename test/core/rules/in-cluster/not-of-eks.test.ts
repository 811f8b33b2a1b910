import { describe, expect, test } from '@jest/globals';
import { evaluate } from '../../../../lib/core/evaluate/evaluate.ts';
import type { Cluster } from '../../../../lib/core/model/cluster.ts';
import { complete, unavailable } from '../../../../lib/core/model/collected.ts';
import type { KubernetesFacts } from '../../../../lib/core/model/kubernetes.ts';
import { catalog } from '../../../../lib/core/rules/catalog.ts';
import { aContainer, aPod, aReadCluster, aWebhook } from '../../../../lib/core/rules/example-cluster.ts';
import { aCluster, exampleIssuer, someFacts } from '../../../../lib/core/rules/example-world.ts';
import { webhookCaMismatch } from '../../../../lib/core/rules/webhook/webhook-ca-mismatch.ts';
import { webhookInvalid } from '../../../../lib/core/rules/webhook/webhook-invalid.ts';
import { webhookMissing } from '../../../../lib/core/rules/webhook/webhook-missing.ts';
import { verdictOf } from '../../../support/verdict-of.ts';

/** Clusters that somebody runs himself, and local ones on Outposts: what is true of EKS need not be of them. */
const { issuer: _issuer, createdAt: _made, version: _version, endpoint: _endpoint, ...described } = aCluster();
const byKubeconfig = (over: Partial<Cluster> = {}): Cluster => ({
  ...described,
  arn: 'arn:aws:eks:unknown:000000000000:cluster/kops',
  name: 'kops',
  region: 'unknown',
  ...over,
});
const unread = unavailable<never>({ kind: 'denied', operation: 'get /.well-known', message: '403' });
const world = (cluster: Cluster, kubernetes: Partial<KubernetesFacts> = {}) =>
  someFacts({ clusters: complete([aReadCluster({ issuer: unread, ...kubernetes }, { cluster })]) });
const none = { webhook: complete(undefined) };

describe('a webhook configuration that is not there', () => {
  test.each<readonly [string, Cluster, Partial<KubernetesFacts>, RegExp]>([
    [
      'of a self-hosted cluster',
      byKubeconfig({ endpoint: 'https://api.kops.example' }),
      none,
      /^unknown: .*another name$/,
    ],
    ['of a cluster of which nothing is known', byKubeconfig(), none, /^unknown/],
    [
      'of a cluster with an issuer in S3',
      byKubeconfig({ issuer: 'https://oidc.s3.eu-west-1.amazonaws.com' }),
      none,
      /^unknown/,
    ],
    ['of one whose issuer is of EKS', byKubeconfig({ issuer: exampleIssuer }), none, /^critical/],
    [
      'of one that announces an issuer of EKS',
      byKubeconfig(),
      { ...none, issuer: complete(exampleIssuer) },
      /^critical/,
    ],
    [
      'of one at an endpoint of EKS',
      byKubeconfig({ endpoint: 'https://AB.gr7.eu-west-1.eks.amazonaws.com' }),
      none,
      /^critical/,
    ],
    [
      'of one at an endpoint of EKS in China',
      byKubeconfig({ endpoint: 'https://AB.yl4.cn-north-1.eks.amazonaws.com.cn' }),
      none,
      /^critical/,
    ],
    ['of one that its kubeconfig names by its ARN', { ...described }, none, /^critical/],
  ])('%s', (_title, cluster, kubernetes, expected) =>
    expect(verdictOf(webhookMissing, world(cluster, kubernetes)).said).toEqual([expect.stringMatching(expected)]),
  );
});

test('what the fix puts back on a self-hosted cluster is not the webhook of EKS', () => {
  const [found] = verdictOf(
    webhookInvalid,
    world(byKubeconfig(), { webhook: complete(aWebhook({ rules: [] })) }),
  ).findings;
  expect(found?.fix.commands).toEqual([]);
  expect(found?.fix.summary).toContain('Apply the manifest of the webhook of cluster kops again');
});

test.each([
  ['https://127.0.0.1:23443/mutate', 1],
  ['https://webhook.example/mutate', 0],
])('the authority of %s has to be the cluster’s own: %i', (url, count) => {
  const other = {
    subject: 'CN=x',
    sha256: 'd'.repeat(64),
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2036-01-01T00:00:00Z',
  };
  const webhook = complete(aWebhook({ url, caCertificates: complete([other]) }));
  const facts = someFacts({ clusters: complete([aReadCluster({ webhook })]) });
  expect(verdictOf(webhookCaMismatch, facts).said).toHaveLength(count);
});

test('a local cluster on Outposts has no IRSA: one finding, and no command that would mend nothing', () => {
  const { issuer: _, ...local } = aCluster({ name: 'outpost' });
  const bare = aPod({ containers: [aContainer({ awsVariables: [], irsaEnvironment: {}, mounts: {} })], volumes: [] });
  const { findings } = evaluate(world(local, { ...none, pods: complete([bare]) }), { rules: catalog });
  expect(findings.map(({ ruleId, explains }) => [ruleId, explains.map(one => one.ruleId)])).toEqual([
    ['cluster-issuer-absent', ['pod-not-injected']],
  ]);
});
