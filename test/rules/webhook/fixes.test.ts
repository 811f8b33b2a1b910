import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import type { Cluster } from '../../../lib/model/cluster.ts';
import { complete } from '../../../lib/model/collected.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { webhookInvalid } from '../../../lib/rules/webhook/webhook-invalid.ts';
import { webhookMissing } from '../../../lib/rules/webhook/webhook-missing.ts';
import { aWebhook } from '../../support/example-cluster.ts';
import { aCluster, exampleIssuer } from '../../support/example-world.ts';
import { barePod, refused, withPods, worldOf } from '../../support/in-cluster-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { byKubeconfig, without } from './worlds.ts';

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
