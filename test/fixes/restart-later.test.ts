import { expect, test } from '@jest/globals';
import { restartLater } from '../../lib/fixes/restart-later.ts';
import type { ClusterSnapshot } from '../../lib/model/cluster.ts';
import { complete } from '../../lib/model/collected.ts';
import type { FixDraft } from '../../lib/model/finding.ts';
import type { Pod } from '../../lib/model/kubernetes.ts';
import type { Step } from '../../lib/model/step.ts';
import { aPod, aReadCluster, aServiceAccount } from '../support/example-cluster.ts';
import { barePod } from '../support/in-cluster-world.ts';

const of = (name: string, hour: number): Partial<Pod> => ({
  ...{ name: `${name}-1`, createdAt: `2026-10-10T${hour}:00:00Z` },
  owner: { kind: 'Deployment', name },
});
const clusterOf = (...pods: readonly Pod[]): ClusterSnapshot =>
  aReadCluster({
    serviceAccounts: complete([aServiceAccount({ annotatedAt: '2026-02-01T00:00:00Z' })]),
    pods: complete(pods),
  });
/** Two workloads were missed after the last pod that got its role. */
const stopped = clusterOf(aPod(of('a', 10)), barePod(of('b', 11)), barePod(of('c', 12)));
const injecting = clusterOf(aPod(of('a', 10)), barePod(of('b', 11)), aPod(of('c', 12)));

/** Which step it is does not matter here. */
const change = (name: string): Step => ({ kind: 'look', command: name }) as unknown as Step;
const fix: FixDraft = { summary: 'Restart it.', steps: [change('before'), change('restart')] };
const waiting =
  'Whether the webhook injects again: since 2026-10-10T11:00:00Z no new pod of cluster shop got its role, and a pod that is restarted now loses the one that it has.';

test.each<readonly [string, ClusterSnapshot, FixDraft, FixDraft]>([
  ['is as it is while pods get their role', injecting, fix, fix],
  ['waits for the webhook where they do not', stopped, fix, { ...fix, steps: [change('before')], choice: waiting }],
  [
    'keeps what else is to be chosen first',
    stopped,
    { ...fix, choice: 'Which role.' },
    { ...fix, steps: [change('before')], choice: `Which role. ${waiting}` },
  ],
])('a fix that restarts pods %s', (_title, snapshot, draft, told) => {
  expect(restartLater(snapshot, draft, [change('before')])).toEqual(told);
});

test('without steps before it nothing is left to be done at once', () => {
  expect(restartLater(stopped, fix).steps).toEqual([]);
});
