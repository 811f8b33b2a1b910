import { describe, expect, test } from '@jest/globals';
import { certificatesOfBundle } from '../../../lib/collect/certificates.ts';
import { defaultLimits, kubernetesApi } from '../../../lib/collect/kubernetes/kubernetes-api.ts';
import { readKubernetesFacts } from '../../../lib/collect/kubernetes/read-kubernetes-facts.ts';
import { indexOf } from '../../../lib/facts/fleet-index.ts';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { complete } from '../../../lib/model/collected.ts';
import { rulesByGroup } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { startKubernetes } from '../../../sandbox/kubernetes/start-kubernetes.ts';
import { aWorldRole, exactly, trust } from '../../../sandbox/world/build.ts';
import type { KubernetesWorld } from '../../../sandbox/world/kubernetes-world.ts';
import {
  associationsOfFaulty,
  faultyInside,
  healthyInside,
  onOldKubernetes,
  rolesOfBrokenWebhook,
  rolesOfFaulty,
  withBrokenWebhook,
  withoutWebhook,
} from '../../../sandbox/world/scenarios/in-cluster.ts';
import type { WorldRole } from '../../../sandbox/world/world.ts';
import {
  aCluster,
  aProvider,
  aRole,
  aSnapshot,
  exampleAccountId,
  exampleIssuer,
  someFacts,
} from '../../support/example-world.ts';

const rules = [...rulesByGroup['service-account'], ...rulesByGroup.webhook, ...rulesByGroup.pod];
const otherId = '444455556666';
const place = { accountId: exampleAccountId, issuer: exampleIssuer };

/** The findings of the rules in a cluster that is served over HTTPS and read by the collector. */
const audit = async (
  world: KubernetesWorld,
  over: {
    readonly roles?: readonly WorldRole[];
    readonly podIdentity?: ClusterSnapshot['podIdentity'];
    readonly otherHasProvider?: boolean;
  } = {},
) => {
  const running = await startKubernetes(world);
  const api = kubernetesApi(
    { url: running.url, caPem: running.caPem, token: async () => running.token },
    defaultLimits,
  );
  const kubernetes = await readKubernetesFacts(api, { issuerKnown: true });
  api.close();
  await running.stop();
  const cluster = aCluster({
    certificateAuthority: running.certificateAuthority,
    caCertificates: certificatesOfBundle(running.certificateAuthority) ?? [],
  });
  const facts = someFacts({
    clusters: complete([{ cluster, kubernetes, podIdentity: over.podIdentity ?? complete([]), addons: complete([]) }]),
    roles: complete(
      (over.roles ?? []).map(role =>
        aRole({
          arn: `arn:aws:iam::${exampleAccountId}:role${role.path}${role.name}`,
          name: role.name,
          trustPolicy: role.trustPolicy,
        }),
      ),
    ),
  });
  const reader = trust(otherId, exampleIssuer, exactly('checkout', 'exporter'));
  const other = aSnapshot({
    accountId: otherId,
    providers: complete(over.otherHasProvider ? [aProvider({ accountId: otherId })] : []),
    roles: complete(
      over.otherHasProvider
        ? [aRole({ arn: `arn:aws:iam::${otherId}:role/lake-reader`, trustPolicy: JSON.stringify(reader) })]
        : [],
    ),
    regions: [],
  });
  return evaluate({ ...facts, fleet: indexOf([facts.snapshot, other]) }, { rules });
};

const named = (evaluation: ReturnType<typeof evaluate>): readonly string[] =>
  evaluation.findings.map(({ ruleId, subject }) => `${ruleId} ${subject.replace(/^.*cluster\/shop\//, '')}`).sort();

describe('the sandbox’s clusters', () => {
  test('the healthy one is silent', async () => {
    const roles = [aWorldRole('shop-cart', trust(exampleAccountId, exampleIssuer, exactly('checkout', 'cart')))];
    const evaluation = await audit(healthyInside(place, otherId), { roles, otherHasProvider: true });
    expect(named(evaluation)).toEqual([]);
    // Policies of the network are asked for with --network alone.
    expect(evaluation.undecided.filter(({ ruleId }) => ruleId !== 'pod-egress-closed')).toEqual([]);
    expect(evaluation.gaps.filter(({ section }) => section === 'inside')).toEqual([]);
  });

  test('the faulty one has every fault of accounts and pods once', async () => {
    const evaluation = await audit(faultyInside(place, otherId), {
      roles: rolesOfFaulty(place),
      podIdentity: complete(associationsOfFaulty(place)),
    });
    expect(named(evaluation)).toEqual([
      'pod-container-uncovered pod/catalog/Deployment/feed/feed',
      'pod-not-injected pod/catalog/Deployment/catalog/catalog',
      'pod-role-stale pod/orders/StatefulSet/orders/orders',
      'pod-service-account-gone pod/catalog/Job/cleanup/cleanup',
      'pod-static-credentials pod/orders/CronJob/report/report',
      'service-account-annotation-mistyped serviceaccount/catalog/mailer',
      'service-account-audience-refused serviceaccount/catalog/search',
      'service-account-on-default serviceaccount/batch/default',
      'service-account-option-ignored serviceaccount/orders/orders',
      'service-account-pod-identity-overrides serviceaccount/catalog/thumbs',
      'service-account-role-account-lacks-provider serviceaccount/orders/archive',
      'service-account-role-arn-malformed serviceaccount/catalog/importer',
      'service-account-role-missing serviceaccount/orders/invoice',
      'service-account-role-not-trusting serviceaccount/orders/refund',
    ]);
  });

  test('fixes can be pasted', async () => {
    const { findings } = await audit(faultyInside(place, otherId), {
      roles: rolesOfFaulty(place),
      podIdentity: complete(associationsOfFaulty(place)),
    });
    const commands = Object.fromEntries(findings.map(({ ruleId, fix }) => [ruleId, fix.commands]));
    expect(commands['pod-not-injected']?.[0]).toMatch(
      /^kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster\/shop --namespace catalog patch --type merge .* -- deployment\/catalog$/,
    );
    expect(commands['pod-role-stale']?.[0]).toMatch(
      /^kubectl --context arn:aws:eks:eu-west-1:111122223333:cluster\/shop --namespace orders patch --type merge .* -- statefulset\/orders$/,
    );
    expect(commands['service-account-role-arn-malformed']).toEqual([
      `kubectl --context arn:aws:eks:eu-west-1:${exampleAccountId}:cluster/shop --namespace catalog annotate --overwrite -- serviceaccount/importer eks.amazonaws.com/role-arn=arn:aws:iam::${exampleAccountId}:role/store-importer`,
    ]);
    const [grantFix] = commands['service-account-role-not-trusting'] ?? [];
    expect(grantFix).toContain('aws iam update-assume-role-policy --role-name store-orders --policy-document');
    expect(grantFix).toContain('system:serviceaccount:orders:refund');
    expect(grantFix).toContain('system:serviceaccount:orders:orders');
  });

  test('a missing webhook explains its pods', async () => {
    const roles = [aWorldRole('search-indexer', trust(exampleAccountId, exampleIssuer, exactly('search', 'indexer')))];
    const evaluation = await audit(withoutWebhook(place), { roles });
    expect(named(evaluation)).toEqual(['webhook-missing mutatingwebhookconfiguration//pod-identity-webhook']);
    expect(evaluation.findings[0]?.explains).toMatchObject([{ ruleId: 'pod-not-injected' }]);
    expect(evaluation.findings[0]?.fix.commands[0]).toMatch(/kubectl --context \S+ apply --filename - <<'JSON'$/m);
  });

  test('a broken webhook says every fault and explains its pods', async () => {
    const evaluation = await audit(withBrokenWebhook(place), { roles: rolesOfBrokenWebhook(place) });
    expect(named(evaluation)).toEqual(['webhook-invalid mutatingwebhookconfiguration//pod-identity-webhook']);
    const [found] = evaluation.findings;
    expect([found?.messageId, found?.evidence.map(({ what }) => what)]).toEqual([
      'rules',
      ['rules', 'namespaceSelector'],
    ]);
  });

  test('an old cluster whose webhook has another authority', async () => {
    const roles = [aWorldRole('stock-sync', trust(exampleAccountId, exampleIssuer, exactly('stock', 'sync')))];
    expect(named(await audit(await onOldKubernetes(place), { roles }))).toEqual([
      'pod-token-unreadable pod/stock/Deployment/sync/sync',
      'webhook-ca-mismatch mutatingwebhookconfiguration//pod-identity-webhook',
    ]);
  });
});
