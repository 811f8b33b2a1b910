import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, valueOr } from '../../../lib/model/collected.ts';
import type { KubernetesFacts } from '../../../lib/model/kubernetes.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { bareContainer, verdicts, worldOf } from '../../support/in-cluster-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { evaluate } from '../../support/whole/evaluate.ts';
import { authority, entry, partlyRead, run } from './worlds.ts';

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

describe('pods that got their role minutes ago, and later ones that did not', () => {
  const uninjected = { containers: [bareContainer()], volumes: [] };
  const podsSince = (annotatedAt: string, ...missed: readonly string[]) => ({
    serviceAccounts: complete([aServiceAccount({ annotatedAt })]),
    pods: complete([
      aPod({ createdAt: '2026-11-01T05:54:00Z' }),
      ...missed.map((name, index) =>
        aPod({
          ...uninjected,
          name,
          owner: { kind: 'Deployment', name },
          createdAt: `2026-11-01T05:5${7 + index}:00Z`,
        }),
      ),
    ]),
  });
  const other = (inside: Partial<KubernetesFacts>) => entry({ caCertificates: complete([authority()]) }, inside);
  const reported = (facts: Facts) =>
    evaluate(facts, { rules: catalog })
      .findings.filter(({ severity }) => severity !== 'info')
      .map(({ ruleId, severity }) => `${severity} ${ruleId}`);

  test('a bundle of another authority is the cause: no restart is advised', () => {
    expect(reported(other(podsSince('2026-11-01T05:53:00Z', 'one', 'two')))).toEqual(['critical webhook-ca-mismatch']);
    expect(reported(other(podsSince('2026-11-01T05:53:00Z', 'one')))).toEqual(['critical webhook-ca-mismatch']);
  });

  test('pods that were older are told with it: a restart gives them nothing either', () => {
    const inside = podsSince('2026-11-01T05:53:00Z', 'one');
    const older = aPod({ ...uninjected, name: 'older', owner: { kind: 'Job', name: 'older' } });
    expect(reported(other({ ...inside, pods: complete([...valueOr(inside.pods, []), older]) }))).toEqual([
      'critical webhook-ca-mismatch',
    ]);
  });

  test('without a later pod the webhook is taken to work', () => {
    expect(reported(other(podsSince('2026-11-01T05:53:00Z')))).toEqual(['medium webhook-ca-mismatch']);
  });

  test('a deleted configuration is missing, where roles were named long before', () => {
    const deleted = (annotatedAt: string) =>
      reported(worldOf({ webhook: complete(undefined), ...podsSince(annotatedAt, 'one', 'two') }));
    expect(deleted('2026-10-01T00:00:00Z')).toEqual(['critical webhook-missing']);
    expect(deleted('2026-11-01T05:53:00Z')).not.toContain('critical webhook-missing');
  });
});

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
