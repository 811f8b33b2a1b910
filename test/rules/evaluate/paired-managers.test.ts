/** Each form of a fix beside each form of who manages what it changes: what is said of that. */
import { test } from '@jest/globals';
import { deleteProvider, setTrustPolicy } from '../../../lib/fixes/aws-steps.ts';
import { annotate, clusterPlaceOf, restartPods } from '../../../lib/fixes/kubernetes-steps.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Finding } from '../../../lib/model/finding.ts';
import type { Step } from '../../../lib/model/step.ts';
import { findingsWithManagers, managerSentences } from '../../../lib/rules/evaluate/managers.ts';
import { aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aProvider, aRole, aTrustPolicy, someFacts } from '../../support/example-world.ts';
import { withPods } from '../../support/in-cluster-world.ts';
import { beside, line, tell } from '../../support/paired-lines.ts';

const role = aRole();
const longer = (length: number) =>
  setTrustPolicy(role.arn, role.trustPolicy, JSON.parse(aTrustPolicy({ subject: 'x'.repeat(length) })));

test('who manages what a fix changes', () => {
  const tags = { 'aws:cloudformation:stack-name': 'stack' };
  const managed = (over: object) => complete({ url: 'x', audiences: [], thumbprints: [], tags, ...over });
  const cluster = aCluster();
  const account = aServiceAccount({ managedBy: { tool: 'Helm', name: 'shop' } });
  const pods = withPods(aPod({ managedBy: { tool: 'Argo CD', name: 'cart' } }));
  const place = { cluster, namespace: 'checkout' };
  const annotation = annotate(cluster, account, 'k', 'v');
  const moved: Step = {
    change: {
      kind: 'workload-service-account',
      ...{ cluster: clusterPlaceOf(cluster), namespace: 'checkout', workload: 'deployment/cart' },
      ...{ before: 'web', after: 'cart' },
    },
  };
  const restart = restartPods(place, { kind: 'Deployment', name: 'cart', pods: [aPod()] }).steps;
  const steps = {
    none: [],
    role: [longer(20)],
    provider: [deleteProvider(aProvider())],
    account: [annotation],
    restart,
    workload: [moved],
    look: [{ look: { kind: 'discovery', issuer: 'x' } } as const],
    all: [longer(20), annotation, ...restart, moved, longer(30)],
  };
  const cases = beside({
    steps,
    alternatives: { 'no other': undefined, ...steps },
    choice: { none: {}, some: { choice: 'Which.' } },
    world: { managed: true, not: false, otherRegion: 'eu-central-1', kubeconfig: 'unknown' },
  });
  tell(
    'managers',
    cases.map(([title, { steps: own, alternatives, choice, world }]) => {
      const snapshot = aReadCluster(
        { ...pods, serviceAccounts: complete([account]) },
        typeof world === 'string' ? { cluster: aCluster({ region: world }) } : {},
      );
      const facts =
        world === false
          ? someFacts({ clusters: complete([aReadCluster()]) })
          : someFacts({
              clusters: complete([snapshot]),
              providers: complete([aProvider({ detail: managed({}) })]),
              roles: complete([aRole({ detail: complete({ attachedPolicyArns: [], isAdministrator: false, tags }) })]),
            });
      const others =
        alternatives === undefined
          ? {}
          : {
              alternatives: [
                { summary: 'a', steps: alternatives },
                { summary: 'b', steps: [longer(40)], choice: 'Own.' },
              ],
            };
      const finding = { fix: { summary: 's', steps: own, commands: [], ...choice, ...others } } as unknown as Finding;
      const [told] = findingsWithManagers([finding], facts);
      const say = managerSentences(facts);
      const { choice: said, managers, alternatives: ways } = told?.fix ?? { summary: '' };
      return line(title, [
        said,
        managers,
        ways?.map(one => [one.choice, 'managers' in one && one.managers]),
        [...own].map(say),
      ]);
    }),
  );
});
