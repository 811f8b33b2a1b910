import { describe, expect, test } from '@jest/globals';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { complete, withGaps } from '../../../lib/model/collected.ts';
import type { KubernetesFacts, Pod } from '../../../lib/model/kubernetes.ts';
import { podIdentityPodsWithout } from '../../../lib/rules/pod-identity/pod-identity-pods-without.ts';
import { aContainer, aServiceAccount } from '../../support/example-cluster.ts';
import { bare, gap, judge, modern, older } from './worlds.ts';

describe('pods of a Pod Identity association', () => {
  const of = (pods: readonly Pod[], inside: Partial<KubernetesFacts> = {}, over: Partial<ClusterSnapshot> = {}) =>
    judge(podIdentityPodsWithout, { pods: complete(pods), ...inside }, over);

  test.each<readonly [string, Pod]>([
    ['with Pod Identity', modern()],
    ['with Pod Identity of an association that was made again', modern({ createdAt: '2026-01-20T08:00:00.000Z' })],
    ['with the role of an annotation that was there before', older({ containers: [aContainer()] })],
    ['with keys of its own', older({ containers: [bare({ awsVariables: ['AWS_ACCESS_KEY_ID'] })] })],
    ['with the opt-out label', older({ labels: { 'eks.amazonaws.com/skip-pod-identity-webhook': '' } })],
    ['that is static', older({ isMirror: true })],
    [
      'of another service account and workload',
      older({ serviceAccount: 'other', owner: { kind: 'Deployment', name: 'other' } }),
    ],
    ['of another namespace', older({ namespace: 'orders' })],
    ['on Fargate with a role by IRSA', older({ onFargate: true, containers: [aContainer()] })],
  ])('%s is no finding', (_title, pod) => {
    const { findings, undecided } = of([pod]);
    expect(findings).toEqual([]);
    expect(undecided).toEqual([]);
  });

  test('of the workload of its name run as another one', () => {
    const { findings } = of([older({ serviceAccount: 'other' })]);
    expect(findings).toMatchObject([
      {
        messageId: 'elsewhere',
        severity: 'low',
        fix: { summary: 'Set serviceAccountName: cart in the template of Deployment cart.' },
      },
    ]);
  });

  test('of an annotated service account are left to the rules on pods', () => {
    const { findings } = of([older()], { serviceAccounts: complete([aServiceAccount()]) });
    expect(findings).toEqual([]);
  });

  test.each<readonly [string, Pod, string]>([
    ['older than the association', older(), 'older'],
    ['made a second after it', older({ createdAt: '2026-02-01T10:00:01.000Z' }), 'together'],
    ['newer than the association by weeks', older({ createdAt: '2026-03-01T08:00:00.000Z' }), 'newer'],
    ['on Fargate', modern({ onFargate: true }), 'fargate'],
    ['on Windows', modern({ isWindows: true }), 'windows'],
    ['on Fargate and older', older({ onFargate: true }), 'fargate'],
  ])('%s: that is told', (_title, pod, messageId) => {
    expect(of([pod]).findings).toMatchObject([{ messageId, discriminator: 'Deployment/cart', namespace: 'checkout' }]);
  });

  test('are told by owner, and restarted', () => {
    const { findings } = of([older(), older({ name: 'b' }), older({ name: 'lone', owner: undefined as never })]);
    expect(findings.map(({ discriminator }) => discriminator).sort()).toEqual(['Deployment/cart', 'Pod/lone']);
    const restarted = findings.find(({ discriminator }) => discriminator === 'Deployment/cart');
    expect(restarted?.fix.commands[0]).toMatch(/ patch .*restartedAt.* -- deployment\/cart$/);
  });

  test('are unknown where times or pages were not read, beside what was', () => {
    const undated = of(
      [older(), older({ name: 'x', owner: { kind: 'Job', name: 'x' } })],
      {},
      { podIdentity: complete([{ id: 'a-1', namespace: 'checkout', serviceAccount: 'cart' }]) },
    );
    expect(undated.findings).toEqual([]);
    expect(undated.undecided).toMatchObject([{ kind: 'unread' }]);
    const partial = of([], { pods: withGaps([older()], [gap('list pods')]) });
    expect(partial.findings).toHaveLength(1);
    expect(partial.undecided).toMatchObject([{ kind: 'unread', missing: expect.stringContaining('list pods') }]);
  });
});
