import { describe, expect, test } from '@jest/globals';
import { managerByTags, managerInWords, managerOfObject } from '../../lib/model/manager.ts';

describe('who manages a resource of AWS, by its tags', () => {
  test.each([
    [{ 'alpha.eksctl.io/cluster-name': 'shop', 'aws:cloudformation:stack-name': 'eksctl-shop' }, { tool: 'eksctl' }],
    [
      { 'alpha.eksctl.io/cluster-name': 'shop', 'alpha.eksctl.io/iamserviceaccount-name': 'checkout/cart' },
      { tool: 'eksctl', name: 'checkout/cart' },
    ],
    [{ 'aws:cloudformation:stack-name': 'roles' }, { tool: 'CloudFormation', name: 'roles' }],
    [{ ManagedBy: 'Terraform' }, { tool: 'Terraform' }],
    [{ 'managed-by': 'opentofu' }, { tool: 'Terraform' }],
    [{ Terraform: 'true' }, { tool: 'Terraform' }],
    [{ provisioned_by: 'cdk' }, { tool: 'CloudFormation' }],
    [{ terraform: 'false' }, undefined],
    [{ team: 'terraform', owner: 'Helm' }, undefined],
    [{ 'managed-by': 'hand' }, undefined],
    [{}, undefined],
  ])('%j', (tags, found) => {
    expect(managerByTags(tags as Readonly<Record<string, string>>)).toEqual(found);
  });
});

describe('who manages an object of Kubernetes', () => {
  const by = (over: Partial<Parameters<typeof managerOfObject>[0]>) =>
    managerOfObject({ annotations: {}, labels: {}, writers: [], ...over });
  const helm = {
    labels: { 'app.kubernetes.io/managed-by': 'Helm' },
    annotations: { 'meta.helm.sh/release-name': 'cart' },
  };

  test.each([
    ['Helm', by(helm), 'Helm (cart)'],
    [
      'Argo CD, which renders a chart',
      by({ ...helm, annotations: { 'argocd.argoproj.io/tracking-id': 'shop:/ServiceAccount:checkout/cart' } }),
      'Argo CD (shop)',
    ],
    ['Argo CD, by its label', by({ labels: { 'argocd.argoproj.io/instance': 'shop' } }), 'Argo CD (shop)'],
    ['Flux', by({ labels: { 'kustomize.toolkit.fluxcd.io/name': 'apps' } }), 'Flux (apps)'],
    ['Flux, a chart', by({ labels: { ...helm.labels, 'helm.toolkit.fluxcd.io/name': 'cart' } }), 'Flux (cart)'],
    ['EKS', by({ writers: ['kube-controller-manager', 'eks'] }), 'an EKS add-on'],
    ['eksctl', by({ labels: { 'app.kubernetes.io/managed-by': 'eksctl' } }), 'eksctl'],
    ['Terraform', by({ writers: ['Terraform'] }), 'Terraform'],
  ])('%s', (_, found, words) => {
    expect(found && managerInWords(found)).toBe(words);
  });

  test('a person’s kubectl manages nothing again', () => {
    expect(by({ writers: ['kubectl-create', 'kubectl-annotate'] })).toBeUndefined();
  });
});
