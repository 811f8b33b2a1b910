/** Worlds that the tests of several rules on this subject share. */
import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import type { Cluster } from '../../../lib/model/cluster.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { CaCertificate, KubernetesFacts, WebhookEntry } from '../../../lib/model/kubernetes.ts';
import { aServiceAccount, aWebhook } from '../../support/example-cluster.ts';
import { aCluster } from '../../support/example-world.ts';
import { aGap, refused, verdicts, worldOf } from '../../support/in-cluster-world.ts';

export type Case = readonly [title: string, facts: Facts, expected: readonly string[]];

export const run = (ruleId: string, cases: readonly Case[]) =>
  describe(ruleId, () => {
    test.each(cases.map(one => [...one] as const))('%s', (_title, facts, expected) =>
      expect(verdicts(ruleId, facts)).toEqual(expected),
    );
  });

export const entry = (over: Partial<WebhookEntry>, inside: Partial<KubernetesFacts> = {}) =>
  worldOf({ webhook: complete(aWebhook(over)), ...inside });

export const authority = (over: Partial<CaCertificate> = {}): CaCertificate => ({
  subject: 'CN=x',
  sha256: 'd'.repeat(64),
  notBefore: '2020-01-01T00:00:00Z',
  notAfter: '2036-01-01T00:00:00Z',
  ...over,
});

export const partlyRead = {
  serviceAccounts: { status: 'partial' as const, value: [], gaps: [aGap('list serviceaccounts')] },
};

export const nobody = { serviceAccounts: complete([aServiceAccount({ annotations: {} })]), pods: complete([]) };

/** Clusters that somebody runs himself: what is true of EKS need not be of them. */
const { issuer: _issuer, createdAt: _made, version: _version, endpoint: _endpoint, ...described } = aCluster();

export const byKubeconfig = (over: Partial<Cluster> = {}): Cluster => ({
  ...described,
  arn: 'arn:aws:eks:unknown:000000000000:cluster/kops',
  name: 'kops',
  region: 'unknown',
  ...over,
});

export const without = (cluster: Cluster, inside: Partial<KubernetesFacts> = {}) =>
  worldOf({ issuer: refused, webhook: complete(undefined), ...inside }, {}, { cluster });
export { described };
