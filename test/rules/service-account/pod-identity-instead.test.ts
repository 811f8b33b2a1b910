import { describe, expect, test } from '@jest/globals';
import type { ClusterSnapshot } from '../../../lib/model/cluster.ts';
import { complete, unavailable, withGaps } from '../../../lib/model/collected.ts';
import type { KubernetesFacts, Pod } from '../../../lib/model/kubernetes.ts';
import { catalog, ruleById } from '../../../lib/rules/catalog.ts';
import { aContainer, aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aRole, someFacts } from '../../support/example-world.ts';
import { verdictOf } from '../../support/verdict-of.ts';
import { evaluate } from '../../support/whole/evaluate.ts';

/** Accounts that were moved to Pod Identity and kept their annotation: nobody reads it any more. */
const forPods = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'pods.eks.amazonaws.com' }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
  ],
});
const moved = aPod({
  containers: [aContainer({ awsVariables: ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], irsaEnvironment: {}, mounts: {} })],
  volumes: [{ name: 'eks-pod-identity-token', audience: 'pods.eks.amazonaws.com', path: 'eks-pod-identity-token' }],
});
const association = { id: 'a-1', namespace: 'checkout', serviceAccount: 'cart', roleArn: aRole().arn };
type Over = Parameters<typeof someFacts>[0];
const said = (kubernetes: Partial<KubernetesFacts>, over: Over = {}, associations = [association]) =>
  evaluate(
    someFacts({
      clusters: complete([
        aReadCluster(
          { pods: complete([moved]), ...kubernetes },
          { podIdentity: complete(associations), addons: complete([{ name: 'eks-pod-identity-agent' }]) },
        ),
      ]),
      roles: complete([aRole({ trustPolicy: forPods })]),
      ...over,
    }),
    { rules: catalog },
  ).findings.map(({ ruleId }) => ruleId);
const annotated = (annotations: Readonly<Record<string, string>>) => ({
  serviceAccounts: complete([aServiceAccount({ annotations })]),
});
const roleKey = 'eks.amazonaws.com/role-arn';
const denied = unavailable<never>({ kind: 'denied', operation: 'list pods', message: '403' });

const partly = (...pods: readonly Pod[]) =>
  withGaps<readonly Pod[]>(pods, [
    { what: 'page 2', reason: { kind: 'denied', operation: 'list pods', message: '403' } },
  ]);

describe('an account with a Pod Identity association', () => {
  const once = ['service-account-pod-identity-overrides'];
  test.each<readonly [string, Partial<KubernetesFacts>, Over?]>([
    ['whose role trusts Pod Identity alone', {}],
    ['without pods yet', { pods: complete([]) }],
    ['in a cluster whose provider was deleted', {}, { providers: complete([]) }],
    ['whose role is gone', annotated({ [roleKey]: `${aRole().arn}-old` })],
    ['whose annotation is malformed', annotated({ [roleKey]: 'checkout-cart' })],
    ['of another account’s role', annotated({ [roleKey]: 'arn:aws:iam::444455556666:role/x' })],
    ['with an audience of its own', annotated({ [roleKey]: aRole().arn, 'eks.amazonaws.com/audience': 'x' })],
  ])('%s is told of its annotation once', (_title, kubernetes, over = {}) => {
    const found = said(kubernetes, over).filter(ruleId => ruleId !== 'cluster-provider-missing');
    expect(found).toEqual(once);
  });

  test.each<readonly [string, Partial<KubernetesFacts>, (typeof association)[]]>([
    ['an older pod has the annotated role still', { pods: complete([moved, aPod({ name: 'old' })]) }, [association]],
    ['pods that were read have the annotated role', { pods: partly(aPod()) }, [association]],
    [
      'its pods have web identity too, which SDKs try first',
      { pods: complete([{ ...moved, containers: [...moved.containers, aContainer({ name: 'by-hand' })] }]) },
      [association],
    ],
    ['the association is another account’s', { pods: complete([aPod()]) }, [{ ...association, serviceAccount: 'x' }]],
  ])('is judged by its annotation while %s', (_title, kubernetes, associations) =>
    expect(said(kubernetes, {}, associations)).toContain('service-account-role-not-trusting'),
  );

  test.each<readonly [string, Partial<KubernetesFacts>, ClusterSnapshot['podIdentity']]>([
    ['its pods were not read', { pods: denied }, complete([association])],
    ['some pods were not read', { pods: partly(moved) }, complete([association])],
    ['associations were not read, and no pod tells', { pods: complete([]) }, denied],
  ])('is not judged while %s', (_title, kubernetes, podIdentity) => {
    for (const [ruleId, over] of [
      ['service-account-role-not-trusting', {}],
      ['service-account-role-missing', { roles: complete([]) }],
      ['service-account-role-arn-malformed', annotated({ [roleKey]: 'checkout-cart' })],
      ['service-account-audience-refused', annotated({ [roleKey]: aRole().arn, 'eks.amazonaws.com/audience': '' })],
      ['service-account-role-account-lacks-provider', annotated({ [roleKey]: 'arn:aws:iam::444455556666:role/x' })],
      ['cluster-provider-missing', { roles: complete([]), providers: complete([]) }],
    ] as const) {
      const rule = ruleById(ruleId);
      const inside = 'serviceAccounts' in over ? { ...kubernetes, ...over } : kubernetes;
      const facts = someFacts({
        clusters: complete([aReadCluster(inside, { podIdentity })]),
        roles: complete([aRole({ trustPolicy: forPods })]),
        ...('serviceAccounts' in over ? {} : over),
      });
      const accounts = [{ accountId: '444455556666', rolesRead: true, providersRead: true }];
      const fleet = { ...facts.fleet, accounts: [...facts.fleet.accounts, ...accounts] };
      expect([ruleId, rule && verdictOf(rule, { ...facts, fleet }).said]).toEqual([
        ruleId,
        [expect.stringMatching(/^unknown: .*whether checkout\/cart has Pod Identity in its place/)],
      ]);
    }
  });

  test('is judged though the role of another account’s association was not read', () => {
    const podIdentity = withGaps(
      [{ id: 'a-2', namespace: 'checkout', serviceAccount: 'basket' }],
      [{ what: 'a-2', reason: { kind: 'denied', operation: 'eks:DescribePodIdentityAssociation', message: '403' } }],
    );
    const facts = someFacts({
      clusters: complete([aReadCluster({ pods: complete([]) }, { podIdentity })]),
      roles: complete([aRole({ trustPolicy: forPods })]),
    });
    const { findings, undecided } = evaluate(facts, { rules: catalog });
    expect(findings.map(({ ruleId }) => ruleId)).toContain('service-account-role-not-trusting');
    expect(undecided.filter(({ ruleId }) => ruleId.startsWith('service-account-'))).toEqual([]);
  });

  test('does not make its cluster need a provider', () => {
    const { findings } = evaluate(
      someFacts({
        clusters: complete([aReadCluster({ pods: complete([moved]) }, { podIdentity: complete([association]) })]),
        roles: complete([]),
        providers: complete([]),
      }),
      { rules: catalog },
    );
    expect(findings.find(({ ruleId }) => ruleId === 'cluster-provider-missing')?.severity).toBe('info');
  });
});
