import { afterAll, test } from '@jest/globals';
import type { Facts } from '../../../lib/facts/facts.ts';
import { complete, valueOr } from '../../../lib/model/collected.ts';
import type { KubernetesFacts, Namespace } from '../../../lib/model/kubernetes.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { useFixBench } from '../../support/fix-bench.ts';
import { changes, examples, type FixCase, special } from '../../support/fix-cases.ts';
import { needing } from '../../support/needing.ts';
import { realKubeconfig, startRealCluster } from '../../support/real-cluster.ts';
import { wholeCycle } from '../../support/whole-cycle.ts';

/** Fixes from the plan to the way back, by the real aws and kubectl, with a real Kubernetes API server as the inside of the cluster.
 *  Its pods and workloads are its own: cases that need some of the example are left out. */
const bench = useFixBench('real', startRealCluster);

const withoutPods = ({ snapshot, ...facts }: Facts, more: readonly Namespace[]): Facts => ({
  ...facts,
  snapshot: {
    ...snapshot,
    regions: snapshot.regions.map(({ region, clusters }) => ({
      region,
      clusters:
        clusters.status === 'unavailable'
          ? clusters
          : {
              ...clusters,
              value: clusters.value.map(one => ({
                ...one,
                kubernetes:
                  one.kubernetes.status === 'unavailable'
                    ? one.kubernetes
                    : {
                        ...one.kubernetes,
                        value: {
                          ...one.kubernetes.value,
                          namespaces: complete([...valueOr(one.kubernetes.value.namespaces, []), ...more]),
                          pods: complete([]),
                        } satisfies KubernetesFacts,
                      },
              })),
            },
    })),
  },
});

/** The role of this example trusts another namespace, whose absence would be its cause. */
const trusted = ({ ruleId }: FixCase): readonly Namespace[] =>
  ruleId === 'service-account-role-not-trusting' ? [{ name: 'basket', labels: {}, terminating: false }] : [];

/** The fix of the webhook needs the certificate authority of a cluster that is read. */
const ofWebhook = (one: FixCase): boolean =>
  one.ruleId.startsWith('webhook-') && one.ruleId !== 'webhook-not-injecting';

/** Only pods tell that an objectSelector leaves them out. */
const needsPods = ({ title }: FixCase): boolean => title === 'a wrong objectSelector';

const cases: readonly FixCase[] = [...examples, ...special.filter(one => ofWebhook(one) && !needsPods(one))].flatMap(
  one => {
    const facts = withoutPods(one.facts, trusted(one));
    const clusters = facts.snapshot.regions.flatMap(({ clusters: read }) =>
      read.status === 'unavailable' ? [] : read.value.filter(({ kubernetes }) => kubernetes.status !== 'unavailable'),
    );
    const { findings } = evaluate(facts, { rules: catalog.filter(({ id }) => id === one.ruleId) });
    return clusters.length === 1 && (ofWebhook(one) || findings.some(found => changes(found).length > 0))
      ? [{ ...one, facts }]
      : [];
  },
);

needing('a Kubernetes API server (IRSA_AUDITOR_KUBERNETES)', realKubeconfig !== undefined)(
  'on a real API server',
  () => {
    afterAll(() => {
      process.stdout.write(`whole cycles on a real API server: ${cases.length} cases, with ${bench.used()}\n`);
    });
    test.each(cases)('$title', one => wholeCycle(one, bench), 240_000);
  },
);
