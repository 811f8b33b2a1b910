import { expect, test } from '@jest/globals';
import { readStates } from '../../../lib/cli/fix/carry-out.ts';
import { takePod } from '../../../lib/collect/kubernetes/parse-pod.ts';
import { setServiceAccount } from '../../../lib/fixes/kubernetes-steps.ts';
import { posixScript } from '../../../lib/fixes/posix-script.ts';
import { complete } from '../../../lib/model/collected.ts';
import type { Pod } from '../../../lib/model/kubernetes.ts';
import { catalog } from '../../../lib/rules/catalog.ts';
import { evaluate } from '../../../lib/rules/evaluate/evaluate.ts';
import { aPod, aReadCluster, aServiceAccount } from '../../support/example-cluster.ts';
import { aCluster, aRole, someFacts } from '../../support/example-world.ts';

/** A workload whose template fix changes: the tool that manages it is said first. */

const place = { cluster: aCluster({ context: 'prod' }), namespace: 'checkout' };
const step = setServiceAccount(place, { kind: 'Deployment', name: 'cart' }, 'default', 'cart');

const said = async (metadata: object): Promise<readonly string[]> => {
  if (step === undefined) throw new Error('no step');
  const lines: string[] = [];
  const answer = { metadata, spec: { template: { spec: {} } } };
  await readStates([{ ...step, findingIds: [] }], {
    run: async () => ({ code: 0, stdout: JSON.stringify(answer), stderr: '' }),
    options: {},
    contexts: [{ name: 'prod', server: place.cluster.endpoint ?? '' }],
    now: () => '2026-11-01T06:00:00Z',
    confirm: async () => true,
    say: line => lines.push(line),
    pause: async () => undefined,
  });
  return lines;
};

test.each([
  [{ annotations: { 'meta.helm.sh/release-name': 'cart' } }, 'Helm (cart)'],
  [{ managedFields: [{ manager: 'kubectl-set' }, { manager: 'argocd-controller' }] }, 'Argo CD'],
  [{ managedFields: [{ manager: 'kustomize-controller' }] }, 'Flux'],
])('--apply says of %j what manages it before anything is written', async (metadata, by) => {
  expect(await said(metadata)).toEqual([
    `step 1: deployment/cart of namespace checkout is managed by ${by}: change it there, or its next run undoes the command.`,
  ]);
});

test('a workload that people wrote has no such sentence', async () => {
  expect(
    await said({ managedFields: [{ manager: 'kubectl-create' }, { manager: 'kube-controller-manager' }] }),
  ).toEqual([]);
  expect(await said({ managedFields: 7, annotations: [] })).toEqual([]);
});

test('a script says who wrote it', () => {
  const script = posixScript(step === undefined ? [] : [step], { contextOf: () => 'prod' }, () => []);
  expect(script).toContain(
    "printf 'step 1: %s was written by %s: a tool among them undoes this step\\n' deployment/cart",
  );
});

test('labels of the pods tell it in the audit', () => {
  const labels = { 'app.kubernetes.io/managed-by': 'Helm' };
  const taken = takePod(new Set())({
    metadata: { name: 'a', namespace: 'b', labels },
    spec: { containers: [] },
    status: { phase: 'Running' },
  });
  expect(taken).toMatchObject({ keep: { managedBy: { tool: 'Helm' } } });
  const moved = (over: Partial<Pod>) => {
    const facts = someFacts({
      roles: complete([aRole()]),
      clusters: complete([
        aReadCluster({
          serviceAccounts: complete([aServiceAccount({ name: 'default' })]),
          pods: complete([aPod({ serviceAccount: 'default', owner: { kind: 'Deployment', name: 'web' }, ...over })]),
        }),
      ]),
    });
    return evaluate(facts, { rules: catalog }).findings.find(({ ruleId }) => ruleId === 'service-account-on-default')
      ?.fix;
  };
  const ofHelm = moved({ managedBy: { tool: 'Helm' } });
  expect(ofHelm?.choice).toMatch(/^deployment\/web of namespace checkout is managed by Helm: /);
  // The service account is not of the chart: a form of its annotation would be wrong.
  expect(ofHelm?.managers).toBeUndefined();
  expect(moved({})?.choice).not.toContain('managed by');
});
